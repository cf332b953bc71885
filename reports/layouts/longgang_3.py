"""P0 附件3 专班分工表: a row a park with its task force, under a head of two rows."""

from reports.layouts.columns import Column, Kind

SLUG = "longgang-3"
TITLE = "龙港市小微企业园安全隐患整治百日攻坚专班分工表"
PLAIN_TITLE = "专班分工表"
SHEET = "专班分工表"
PARK, TASK_FORCE = "小微园明细", "专班成员"

COLUMNS: tuple[Column, ...] = (
    Column("serial", "序号", 5, kind=Kind.CODE, synonyms=("编号", "序", "No.")),
    Column(
        "park",
        "名称",
        24,
        field="park.name",
        synonyms=("小微园名称", "园区名称", "园区", "小微园", "小微企业园名称"),
        required=True,
        group=PARK,
    ),
    Column(
        "contact_name",
        "单位负责人",
        12,
        field="park.contact_name",
        kind=Kind.CODE,
        synonyms=("园区负责人", "负责人", "小微园负责人"),
        group=PARK,
    ),
    Column(
        "contact_phone",
        "联系电话",
        15,
        field="park.contact_phone",
        kind=Kind.CODE,
        synonyms=("负责人电话", "负责人联系电话", "园区联系电话"),
        group=PARK,
    ),
    Column(
        "department",
        "责任单位",
        20,
        field="department.name",
        synonyms=("专班责任单位", "牵头单位", "责任部门", "牵头责任单位"),
        required=True,
        group=TASK_FORCE,
    ),
    Column(
        "leader",
        "分管领导",
        11,
        field="leader",
        kind=Kind.CODE,
        synonyms=("专班分管领导", "带队领导", "领导"),
        group=TASK_FORCE,
    ),
    Column("owner", "责任人", 11, field="owner", kind=Kind.CODE, synonyms=("专班责任人",), group=TASK_FORCE),
    Column(
        "liaison",
        "联络员",
        11,
        field="liaison",
        kind=Kind.CODE,
        synonyms=("联系人", "专班联络员"),
        group=TASK_FORCE,
    ),
    Column(
        "phone",
        "电话",
        15,
        field="phone",
        kind=Kind.CODE,
        synonyms=("联络员电话", "联系人电话", "联络电话", "手机号码"),
        group=TASK_FORCE,
    ),
    Column("note", "备注", 12, field="note", synonyms=("说明",)),
)
