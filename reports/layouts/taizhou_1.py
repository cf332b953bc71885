"""P1 附件1 名单: a row a person whom a unit names for the campaign."""

from reports.layouts.columns import Column, Kind

SLUG = "taizhou-1"
TITLE = "全市小微企业安全生产和消防安全\n整治工作分管领导、处室负责人名单"
PLAIN_TITLE = "分管领导、处室负责人名单"
SHEET = "分管领导处室负责人名单"

COLUMNS: tuple[Column, ...] = (
    Column(
        "unit",
        "单位",
        30,
        field="department.name",
        synonyms=("单位名称", "所在单位", "工作单位", "部门", "部门名称"),
        required=True,
    ),
    Column("name", "姓名", 13, field="name", kind=Kind.CODE, synonyms=("名字", "联系人"), required=True),
    Column("post", "职务", 20, field="post", synonyms=("职位", "单位职务", "职务职称")),
    Column(
        "phone",
        "手机号码",
        16,
        field="phone",
        kind=Kind.CODE,
        synonyms=("手机", "手机号", "联系电话", "电话", "联系方式", "电话号码"),
    ),
    Column("note", "备注", 14, field="note", synonyms=("说明",)),
)
