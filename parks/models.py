"""Base data that every campaign shares: regions, units, parks, their sites and enterprises."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce

from parks.enums import ParkKind, RiskColour
from parks.names import name_key

MICRO_MAX_EMPLOYEES = 300
"""A micro enterprise has at most this many staff … (P1 §二)"""
MICRO_MAX_REVENUE_WAN = Decimal(2000)
"""… or at most this revenue, 万元 a year (P1 §二)."""


class Region(models.Model):
    """An administrative region; figures roll up along the tree (GB/T 2260 codes)."""

    name = models.CharField("名称", max_length=60)
    code = models.CharField("区划代码", max_length=12, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级区划"
    )

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="region_name_once", violation_error_message="同级区划名称重复"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """Any unit that takes responsibility or reports: a bureau, a county office, a company."""

    name = models.CharField("单位名称", max_length=80)
    name_key = models.CharField(max_length=80, editable=False, db_index=True)
    short_name = models.CharField("简称", max_length=30, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="行政区划")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级单位"
    )
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("region", 0, output_field=models.BigIntegerField()),
                "name_key",
                name="department_name_once",
                violation_error_message="同一区划内已有同名单位",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": "上级单位不能是本单位或其下级单位"})
            seen.add(above.pk)
            above = above.parent

    @property
    def label(self) -> str:
        """The short name where there is one: for tables and cards."""
        return self.short_name or self.name


class DepartmentAlias(models.Model):
    """Another name under which plans and ledgers mention a unit (domain: names differ within one plan)."""

    department = models.ForeignKey(Department, models.CASCADE, related_name="aliases", verbose_name="单位")
    name = models.CharField("别名", max_length=80)
    name_key = models.CharField(max_length=80, editable=False, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位别名"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name_key"], name="alias_once", violation_error_message="该别名已登记"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)


class Park(models.Model):
    """A park, or the area or premises that takes a park's place in P4."""

    name = models.CharField("名称", max_length=80)
    name_key = models.CharField(max_length=80, editable=False, db_index=True)
    kind = models.CharField("类型", max_length=12, choices=ParkKind, default=ParkKind.INDUSTRIAL)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, verbose_name="行政区划")
    address = models.CharField("地址", max_length=200, blank=True)
    operator = models.CharField("运营管理单位", max_length=80, blank=True)
    contact_name = models.CharField("单位负责人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    risk = models.CharField("风险等级", max_length=8, choices=RiskColour, blank=True)
    active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "园区"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("region", 0, output_field=models.BigIntegerField()),
                "name_key",
                name="park_name_once",
                violation_error_message="同一区划内已有同名园区",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)


class Site(models.Model):
    """One of several grounds of a park: P0 #18 lies on two roads, #3 was built in two phases."""

    park = models.ForeignKey(Park, models.CASCADE, related_name="sites", verbose_name="园区")
    name = models.CharField("片区名称", max_length=60)
    address = models.CharField("地址", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "园区片区"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["park", "name"], name="site_name_once", violation_error_message="该园区已有同名片区"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Trait(models.Model):
    """A feature that singles enterprises out for a department's own figures (P1 附件2 部门报送重点)."""

    name = models.CharField("特征", max_length=40, unique=True)
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "企业特征"
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class Enterprise(models.Model):
    """An enterprise in a park 一企一档. Registered and operating address are two facts (P0 附件1)."""

    park = models.ForeignKey(Park, models.PROTECT, related_name="enterprises", verbose_name="园区")
    site = models.ForeignKey(Site, models.SET_NULL, null=True, blank=True, verbose_name="片区")
    name = models.CharField("企业名称", max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    registered_address = models.CharField("注册地址", max_length=200, blank=True)
    operating_address = models.CharField("经营地址", max_length=200, blank=True)
    industry = models.CharField("所属行业", max_length=60, blank=True)
    employees = models.PositiveIntegerField("从业人员（人）", null=True, blank=True)
    revenue_wan = models.DecimalField(
        "年营业收入（万元）", max_digits=14, decimal_places=2, null=True, blank=True
    )
    is_micro = models.BooleanField(
        "小微企业",
        default=True,
        help_text="从业人员300人以下或年营业收入2000万元以下；填写人数或收入后自动判定",
    )
    contact_name = models.CharField("负责人", max_length=30, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    risk = models.CharField("风险等级", max_length=8, choices=RiskColour, blank=True)
    traits = models.ManyToManyField(Trait, blank=True, related_name="enterprises", verbose_name="特征")
    large = models.BooleanField("规模以上", default=False)
    active = models.BooleanField("在园", default=True)
    left_on = models.DateField("退出日期", null=True, blank=True)
    left_reason = models.CharField("退出原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "企业"
        ordering = ["park", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["park", "name_key"],
                name="enterprise_name_once",
                violation_error_message="该园区已登记同名企业",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        by_size = self.micro_by_size()
        if by_size is not None:
            self.is_micro = by_size
        super().save(*args, **kwargs)

    def micro_by_size(self) -> bool | None:
        """Whether staff or revenue make it a micro enterprise (P1 §二); None when neither is known."""
        if self.employees is None and self.revenue_wan is None:
            return None
        by_staff = self.employees is not None and self.employees <= MICRO_MAX_EMPLOYEES
        by_revenue = self.revenue_wan is not None and self.revenue_wan <= MICRO_MAX_REVENUE_WAN
        return by_staff or by_revenue
