"""P3 附件1 工作清单和责任清单: a row a requirement; actions and tasks merged over what lies under them."""

from reports.layouts.columns import Column, Kind

SLUG = "zhengyang-1"
TITLE = "正阳工业园区重大隐患专项排查整治2023行动工作清单和责任清单"
PLAIN_TITLE = "工作清单和责任清单"
SHEET = "工作清单和责任清单"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 6, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "action",
        "八个专项行动",
        18,
        field="action",
        synonyms=("专项行动", "六个专项行动", "专项行动任务类别", "行动名称", "任务类别", "集中行动"),
    ),
    Column("task", "行动任务", 34, field="task", synonyms=("任务", "工作任务", "重点任务", "主要任务")),
    Column(
        "title",
        "工作要求",
        44,
        field="title",
        synonyms=("具体要求", "工作内容", "要求", "具体工作", "工作措施"),
        required=True,
    ),
    Column(
        "responsible",
        "责任部室",
        21,
        synonyms=("责任单位", "责任部门", "牵头单位", "责任主体", "牵头部室"),
        required=True,
    ),
    Column(
        "deadline",
        "时限要求",
        17,
        kind=Kind.CODE,
        synonyms=("时限", "完成时限", "完成时间", "时间要求", "完成期限"),
        required=True,
    ),
)
