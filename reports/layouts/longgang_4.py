"""P0 附件4 小微园安全隐患整治清单: the hazard ledger, one row a hazard."""

from reports.layouts.columns import Column, Kind

SLUG = "longgang-4"
TITLE = "龙港市小微园安全隐患整治清单"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 6, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "park",
        "园区名称",
        16,
        field="park.name",
        synonyms=("园区", "小微园名称", "小微园", "所属园区", "所在园区"),
        required=True,
    ),
    Column(
        "where",
        "发生位置\n（企业名称）",
        20,
        field="where",
        synonyms=("发生位置", "隐患位置", "隐患部位", "发生部位", "位置", "发生位置及企业名称"),
        required=True,
    ),
    Column(
        "description",
        "安全隐患问题描述",
        30,
        field="description",
        synonyms=("隐患问题描述", "安全隐患描述", "隐患描述", "问题描述", "安全隐患问题", "隐患内容"),
        required=True,
    ),
    Column(
        "category",
        "安全隐患类型",
        16,
        field="category.name",
        synonyms=("隐患类型", "隐患类别", "安全隐患类别", "整治内容", "类型"),
        required=True,
    ),
    Column(
        "department",
        "整治责任单位",
        18,
        field="responsible",
        synonyms=("责任单位", "整改责任单位", "整治单位", "牵头责任单位"),
    ),
    Column(
        "due_on",
        "计划完成整治时间",
        16,
        field="due_on",
        kind=Kind.DATE,
        synonyms=("计划完成时间", "计划整治时间", "整改期限", "整治期限", "完成时限", "计划完成整改时间"),
    ),
    Column(
        "progress",
        "整治进度",
        22,
        field="progress",
        synonyms=("整改进度", "进度", "整改情况", "整治情况", "进展情况", "整治进展"),
    ),
    Column(
        "found_on",
        "问题上报日期",
        16,
        field="found_on",
        kind=Kind.DATE,
        synonyms=("上报日期", "问题上报时间", "上报时间", "发现日期", "发现时间", "排查日期"),
        required=True,
    ),
    Column(
        "difficulty",
        "存在困难",
        16,
        field="difficulty",
        synonyms=("存在的困难", "困难", "备注"),
    ),
)
"""The ten columns in the order of the form. One declaration for export and import."""

FOOTER = "单位（公章）", "填报人：", "填报时间："
