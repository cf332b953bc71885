"""P0 附件1 部门责任清单: a row a member unit, its duties numbered on lines of one cell."""

from reports.layouts.columns import Column

SLUG = "longgang-1"
TITLE = "龙港市小微企业园安全隐患整治百日攻坚\n专项行动部门责任清单"
PLAIN_TITLE = "部门责任清单"
SHEET = "部门责任清单"

COLUMNS: tuple[Column, ...] = (
    Column(
        "unit",
        "成员单位",
        26,
        synonyms=("单位", "单位名称", "责任单位", "部门", "部门名称", "责任部门", "成员单位名称"),
        required=True,
    ),
    Column(
        "duties",
        "工作职责",
        69,
        synonyms=("职责", "部门职责", "职责分工", "工作任务", "责任分工", "主要职责", "单位职责"),
        required=True,
    ),
)
