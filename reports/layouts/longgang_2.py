"""P0 附件2 管控措施: a row a measure, 序号 and 整治内容 merged over the measures of an item."""

from reports.layouts.columns import Column, Kind

SLUG = "longgang-2"
TITLE = "龙港市小微企业园安全隐患整治百日攻坚管控措施"
PLAIN_TITLE = "管控措施"
SHEET = "管控措施"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 6, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "category",
        "整治内容",
        20,
        synonyms=("整治项目", "整治重点", "隐患类型", "隐患类别", "整治类别", "内容"),
        required=True,
    ),
    Column(
        "title",
        "措施",
        57,
        synonyms=("管控措施", "整治措施", "工作措施", "具体措施", "主要措施"),
        required=True,
    ),
    Column(
        "deadline",
        "完成时限",
        16,
        kind=Kind.DATE,
        synonyms=("时限", "完成时间", "时限要求", "整治时限", "完成期限", "时间要求"),
        required=True,
    ),
    Column(
        "responsible",
        "责任单位",
        20,
        synonyms=("牵头单位", "责任部门", "主要责任单位", "整治责任单位", "牵头责任单位"),
        required=True,
    ),
    Column(
        "cooperating",
        "配合单位",
        20,
        synonyms=("协助单位", "配合部门", "协同单位", "参与单位", "协办单位"),
    ),
)
