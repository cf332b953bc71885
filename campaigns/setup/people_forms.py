"""Input of who takes part: units with their other names, task forces of the parks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from campaigns.form_parts import LongText, Text
from campaigns.models import Campaign, CampaignUnit, TaskForce
from campaigns.queries import units_by_name, units_of
from campaigns.setup.forms import Group, PartForm, offer_units
from parks.choices import ParkChoice
from parks.enums import ParkKind
from parks.models import Department, DepartmentAlias, Park, Region
from parks.names import name_key
from parks.regions import with_subregions

COUNTING_HELP = (
    "“本单位负责的记录”：由它负责的隐患、由它开展的检查和执法。"
    "“本行政区域内的全部记录”：它的行政区划内所有园区的记录，不论由谁负责，县（市、区）汇总上报时选用。"
    "“手工填报”：该单位不使用本系统，报表数字由它填写，由它负责的记录不再统计；县（市、区）的，其行政区划内的记录都不再统计。"
)
"""What the choices of 报表口径 count, above them in the form."""


def only_led_with(campaign: Campaign, unit: Department) -> bool:
    """Whether every campaign of the unit has this one's lead bureau: then its name is that bureau's to keep.

    Another bureau's people would find a unit of theirs renamed, or under a unit that they did not choose.
    """
    elsewhere = Campaign.objects.exclude(lead_department=campaign.lead_department_id)
    part = Q(unit_rows__department=unit) | Q(task_forces__department=unit) | Q(lead_department=unit)
    return not elsewhere.filter(part).exists()


class RegionChoice(forms.ModelChoiceField):
    """A region by its name and the one in which it lies: names come again in other places."""

    def label_from_instance(self, region: Any) -> str:
        return f"{region}（{region.parent}）" if region.parent else str(region)


class CampaignUnitForm(PartForm):
    """A unit joins: one that the product knows already, or a new one."""

    department = forms.ModelChoiceField(
        Department.objects.none(),
        label="已登记的单位",
        required=False,
        empty_label="（新单位，在下面填写名称）",
    )
    name = Text(80, label="单位名称", required=False, help_text="只有名单里没有的单位才填写")
    short_name = Text(30, label="简称", required=False, help_text="用于表格和卡片")
    aliases = LongText(
        600,
        label="其他叫法",
        required=False,
        help_text="方案和台账中出现过的其他名称，一行一个；导入时按这些名称认出本单位",
    )
    parent = forms.ModelChoiceField(
        Department.objects.none(),
        label="上级单位",
        required=False,
        empty_label="（没有）",
        help_text="上级单位的人员可以代本单位填报",
    )
    region = RegionChoice(
        Region.objects.none(),
        label="行政区划",
        required=False,
        empty_label="（与牵头单位相同）",
        help_text="县（市、区）、镇街的单位请选它自己的区划；没有可选的，请系统管理员先添加",
    )
    groups = (
        Group("单位", ("department", "name", "short_name", "parent", "region")),
        Group("在本行动中", ("kind", "order", "aliases")),
        Group("报送", ("counting",), COUNTING_HELP),
    )
    beside = {"campaign_unit_once": ("department", "该单位已在本行动中")}

    class Meta:
        model = CampaignUnit
        fields = ("department", "kind", "order", "counting")

    def prepare(self) -> None:
        unit = self.instance.department if not self.is_new else None
        field, parent = self.fields["department"], self.fields["parent"]
        region, self.fields["counting"].required = self.fields["region"], False
        assert isinstance(field, forms.ModelChoiceField) and isinstance(parent, forms.ModelChoiceField)
        assert isinstance(region, RegionChoice)
        region.queryset = regions_to_offer(self.campaign, unit)
        if unit is None:
            field.queryset = Department.objects.filter(active=True).order_by("name")
            parent.queryset = units_of(self.campaign)
            return
        # The unit of a row stays: what it has done in the campaign is its own.
        del self.fields["department"]
        offered = units_of(self.campaign).values("pk")
        parent.queryset = Department.objects.filter(Q(pk__in=offered) | Q(pk=unit.parent_id))
        self.fields["name"].required, self.fields["name"].help_text = True, ""
        region.empty_label = "（没有）"
        self.initial.update(
            {
                "name": unit.name,
                "short_name": unit.short_name,
                "parent": unit.parent_id,
                "region": unit.region_id,
                "aliases": "\n".join(alias.name for alias in unit.aliases.all()),
            }
        )
        if not only_led_with(self.campaign, unit):
            for name in ("name", "short_name", "parent", "region"):
                self.fields[name].disabled = True
            self.fields["name"].help_text = "该单位还参加其他单位牵头的行动，名称、上级和区划由系统管理员维护"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.unit = self._unit(cleaned)
        if self.unit is not None:
            self._check_aliases(cleaned.get("aliases") or "", self.unit)
        if self.unit is not None and not self.is_new:
            self.instance.department = self.unit  # with the region now entered, by which it may report
        return cleaned

    def clean_counting(self) -> str:
        return self.cleaned_data["counting"] or self.instance.counting

    def _unit(self, cleaned: dict[str, Any]) -> Department | None:
        """The unit as it will be stored, checked; None when something about it is wrong."""
        if chosen := cleaned.get("department"):
            for name in ("name", "short_name", "parent", "region"):
                if cleaned.get(name):
                    self.add_error(name, "已经选了登记过的单位，这里请留空；若是新单位，请在上面改选“新单位”")
            return chosen
        unit: Department
        if self.is_new:
            if not cleaned.get("name"):
                if not self.errors.keys() & {"name", "department"}:
                    self.add_error("department", "请选择已登记的单位，或在下面填写新单位的名称")
                return None
            unit = Department(region=cleaned.get("region") or self.campaign.lead_department.region)
        else:
            unit = Department.objects.get(pk=self.instance.department_id)
            unit.region = cleaned.get("region")
        unit.name, unit.name_key = (
            cleaned.get("name") or unit.name,
            name_key(cleaned.get("name") or unit.name),
        )
        unit.short_name, unit.parent = cleaned.get("short_name") or "", cleaned.get("parent")
        try:
            unit.full_clean()
        except ValidationError as fault:
            for name, errors in fault.message_dict.items():
                self.add_error(name if name in self.fields else "name", errors)
            return None
        return unit

    def _check_aliases(self, text: str, unit: Department) -> None:
        """A name that answers to two units of the campaign would have to be asked about at each import."""
        others = units_by_name(self.campaign)
        for name in _lines(text):
            if len(name) > 80:
                self.add_error("aliases", f"“{name[:20]}…”太长，一个名称最多80字")
            owners = [one.name for one in others.get(name_key(name), []) if one.pk != unit.pk]
            if owners:
                self.add_error("aliases", f"“{name}”是{'、'.join(owners)}的名称，不能再作为本单位的叫法")

    def _post_clean(self) -> None:
        unit: Department | None = getattr(self, "unit", None)
        if unit is not None and unit.pk is None:
            # A new unit is saved when the row is: it cannot be in the campaign already.
            chosen = {
                name: self.cleaned_data[name] for name in ("kind", "counting") if name in self.cleaned_data
            }
            if fault := CampaignUnit(campaign=self.campaign, department=unit, **chosen).counting_fault():
                self.add_error("counting", fault)
            return
        super()._post_clean()

    def _get_validation_exclusions(self) -> set[str]:
        settled = {"department"} if getattr(self, "unit", None) is not None else set()
        return super()._get_validation_exclusions() - settled

    def store(self) -> Any:
        assert self.unit is not None
        if "department" not in self.fields or self.unit.pk is None:
            self.unit.save()
        row = self.instance
        row.department, row.kind = self.unit, self.cleaned_data["kind"]
        row.counting = self.cleaned_data["counting"]
        return super().store()

    def store_more(self, row: Any) -> None:
        wanted = {name_key(name): name for name in _lines(self.cleaned_data["aliases"])}
        if not self.is_new and only_led_with(self.campaign, row.department):
            # Names that other bureaus' imports go by are not this one's to take away.
            row.department.aliases.exclude(name_key__in=wanted).delete()
        there = set(row.department.aliases.values_list("name_key", flat=True))
        for key, name in wanted.items():
            if key not in there:
                DepartmentAlias.objects.create(department=row.department, name=name)


def _lines(text: str) -> list[str]:
    parts = text.replace("、", "\n").replace("；", "\n").split("\n")
    return [part.strip() for part in parts if part.strip()]


class TaskForceForm(PartForm):
    """One task force a park; who is in it stands below the form."""

    park = ParkChoice(
        Park.objects.none(), label="已登记的园区", required=False, empty_label="（新园区，在下面填写名称）"
    )
    new_park = Text(80, label="新园区名称", required=False, help_text="只有名单里没有的园区才填写")
    new_kind = forms.ChoiceField(label="园区类型", choices=ParkKind.choices, required=False)
    strand = Text(20, label="整治方向", required=False, help_text="如“工业区”“社区”，方案没有分就留空")
    leader = Text(30, label="分管领导", required=False)
    owner = Text(30, label="责任人", required=False)
    liaison = Text(30, label="联络员", required=False)
    phone = Text(30, label="电话", required=False)
    note = Text(200, label="备注", required=False)
    groups = (
        Group("园区", ("park", "new_park", "new_kind", "order", "strand")),
        Group("责任", ("department", "leader", "owner", "liaison", "phone", "note")),
    )
    beside = {"task_force_once_a_park": ("park", "该园区在本行动中已有专班，一个园区只能有一个专班")}

    class Meta:
        model = TaskForce
        fields = (
            "park", "order", "strand", "department", "leader", "owner", "liaison", "phone", "note",
        )  # fmt: skip

    def prepare(self) -> None:
        offer_units(self)
        self.fields["department"].label = "责任单位"
        if not self.is_new:
            # Hazards of the park carry the task force with them.
            for name in ("park", "new_park", "new_kind"):
                del self.fields[name]
            return
        field = self.fields["park"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = parks_to_offer(self.campaign)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.made: Park | None = None
        if not self.is_new:
            return cleaned
        if cleaned.get("park") and cleaned.get("new_park"):
            self.add_error("new_park", "已经选了登记过的园区，这里请留空；若是新园区，请在上面改选“新园区”")
        elif not cleaned.get("park") and not cleaned.get("new_park"):
            if not self.errors.keys() & {"park", "new_park"}:
                self.add_error("park", "请选择已登记的园区，或在下面填写新园区的名称")
        elif cleaned.get("new_park"):
            self.made = self._new_park(cleaned)
        return cleaned

    def _new_park(self, cleaned: dict[str, Any]) -> Park | None:
        name = cleaned["new_park"]
        park = Park(
            name=name,
            name_key=name_key(name),
            kind=cleaned.get("new_kind") or ParkKind.INDUSTRIAL,
            region=self.campaign.lead_department.region,
        )
        try:
            park.full_clean()
        except ValidationError:
            self.add_error("new_park", "已有同名园区，请在上面的名单中选择")
            return None
        return park

    def _get_validation_exclusions(self) -> set[str]:
        missing = {"park"} if self.is_new and not self.cleaned_data.get("park") else set()
        return (super()._get_validation_exclusions() - {"park"}) | missing

    def store(self) -> Any:
        if self.made is not None:
            self.made.save()
            self.instance.park = self.made
        return super().store()


def regions_to_offer(campaign: Campaign, unit: Department | None) -> QuerySet[Region]:
    """The unit's own, the lead bureau's and those below it; all where the bureau has no region."""
    regions = Region.objects.select_related("parent")
    home = campaign.lead_department.region_id
    if home is None:
        return regions
    return regions.filter(pk__in=with_subregions({home, unit.region_id if unit else None}))


def parks_to_offer(campaign: Campaign) -> QuerySet[Park]:
    """Parks in the lead bureau's region and below it; all where the bureau has no region."""
    parks = Park.objects.filter(active=True).order_by("name")
    region = campaign.lead_department.region_id
    return parks.filter(Q(region__in=with_subregions({region})) | Q(region=None)) if region else parks
