"""Names of the official forms, as a plan speaks of them; reports/layouts fills them."""

FORM_NAMES = {
    "longgang-1": "部门责任清单（龙港附件1）",
    "longgang-2": "管控措施（龙港附件2）",
    "longgang-3": "专班分工表（龙港附件3）",
    "longgang-4": "隐患整治清单（龙港附件4）",
    "taizhou-1": "分管领导、处室负责人名单（台州附件1）",
    "taizhou-2": "周报表（台州附件2）",
    "taizhou-3": "部门报送重点（台州附件2）",
    "zhengyang-1": "工作清单和责任清单（正阳附件1）",
    "zhengyang-2": "月度调度表（正阳附件2）",
    "bulletin": "周通报（台州四（四））",
    "half-month": "半月小结（龙港三.3）",
    "quarterly-plan": "分季度处置计划（小昆山五（二））",
    "yearly": "年度报告（三年行动三（四））",
}
"""By slug, in the order in which they are offered."""

PLAN_FORMS = ("longgang-1", "longgang-2", "longgang-3", "taizhou-1", "zhengyang-1")
"""Forms that hold parts of the plan itself: these are printed from it and read back into it."""
