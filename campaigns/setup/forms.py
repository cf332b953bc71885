"""Input of a plan's parts: what their forms share, and the short ones. See setup/parts.py for the list."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MinValueValidator
from django.db.models import Model, Q, QuerySet

from campaigns.edits import mark_of, new_mark
from campaigns.enums import Extra
from campaigns.form_parts import LongText, Text
from campaigns.models import Campaign, Category, CheckItem, Phase, UnitContact, UnitDuty
from campaigns.official_forms import FORM_NAMES
from campaigns.queries import units_of
from campaigns.setup.fields import Day, Ticks
from campaigns.setup.order import LAST, next_place, place
from parks.models import Department


@dataclass(frozen=True)
class Group:
    """Fields that stand together in a form, under a heading of their own."""

    title: str
    names: tuple[str, ...]
    help: str = ""


class PartForm(forms.ModelForm):
    """One row of a plan. `beside` puts a constraint's message next to the field that mends it."""

    groups: ClassVar[tuple[Group, ...]] = ()
    beside: ClassVar[dict[str, tuple[str, str]]] = {}
    by_rhythm: ClassVar[bool] = False

    order = forms.IntegerField(
        label="序号",
        required=False,
        min_value=0,  # rows that were never numbered
        max_value=LAST,
        help_text="留空排在最后。填写已有的序号时，其后各项自动顺延",
        error_messages={"invalid": "请填写整数", "min_value": "序号从1开始", "max_value": "序号不合常理"},
    )

    def __init__(
        self, campaign: Campaign, row: Model | None = None, data: Any = None, **initial: Any
    ) -> None:
        self.campaign = campaign
        instance: Any = row or self._meta.model()
        self.is_new = row is None
        if self.is_new and hasattr(instance, "campaign_id"):
            instance.campaign = campaign
        super().__init__(data, instance=instance, initial=initial)
        if self.is_new and "order" in self.fields:
            self.initial["order"] = None
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}"
            if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
                field.error_messages["required"] = f"请选择{field.label}"
                field.error_messages["invalid_choice"] = "没有这个选项，请重新选择"
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices; each form its own."""

    # --- checks ------------------------------------------------------------------------------------

    def _get_validation_exclusions(self) -> set[str]:
        # The campaign is no field, yet rows are unique within it. Places are settled when saving.
        inherited: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return (inherited - {"campaign"}) | {"order"}

    def _update_errors(self, errors: ValidationError) -> None:
        """Faults of the row as a whole come from its constraints, which are asked one by one below."""
        if hasattr(errors, "error_dict"):
            errors.error_dict.pop(NON_FIELD_ERRORS, None)
        super()._update_errors(errors)  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        exclude = self._get_validation_exclusions()
        for constraint in self._meta.model._meta.constraints:
            try:
                constraint.validate(self._meta.model, self.instance, exclude=exclude)
            except ValidationError as fault:
                name, words = self.beside.get(constraint.name, ("", ""))
                if not (name and name in self.errors):
                    self.add_error(name or None, words or fault.messages)

    # --- saving ------------------------------------------------------------------------------------

    def siblings(self) -> QuerySet[Any]:
        """The rows among which this one has its place."""
        return self._meta.model._default_manager.filter(campaign=self.campaign)

    def store(self) -> Any:
        """Save the row, its place, and what hangs on it. Call it in a transaction, on a valid form."""
        row, target = self.instance, self.cleaned_data.get("order") if "order" in self.fields else None
        if "order" in self.fields:
            self._save_at(row, target)
        else:
            row.save()
        self.store_more(row)
        return row

    def _save_at(self, row: Any, target: int | None) -> None:
        before = self._stored_place()
        siblings = self.siblings()
        others, stays = siblings.exclude(pk=row.pk), siblings.filter(pk=row.pk).exists()
        if stays and target == before:
            row.order = before
            row.save()
            return
        end = next_place(others)
        if before is None or not stays:
            # New in this list: it enters behind the last and goes to its place from there.
            before = end
        row.order = before
        row.save()
        place(row, siblings, end if target is None else target)

    def _stored_place(self) -> int | None:
        if self.is_new:
            return None
        return self._meta.model._default_manager.values_list("order", flat=True).get(pk=self.instance.pk)

    def store_more(self, row: Any) -> None:
        """What else the form holds; each form its own."""

    # --- what the form says, in words --------------------------------------------------------------

    def words(self) -> dict[str, str]:
        """Label → value as shown: for both versions of a stale edit, for the audit trail."""
        return {str(field.label): _shown(field) for field in self.visible_fields()}

    def mark(self) -> str:
        """What tells this state of the row, with the parties that hang on it, from any other; of an unbound
        form. For a row to be made a word that no other form has.
        """
        return new_mark() if self.is_new else mark_of(self.typed())

    def typed(self) -> dict[str, Any]:
        """The values of the fields: as stored, or as sent."""
        return {field.html_name: _plain(field.value()) for field in self}

    def grouped(self) -> list[tuple[Group, list[tuple[forms.BoundField, bool]]]]:
        """The form's fields under their headings, each with whether it takes a whole line."""
        named = {name for group in self.groups for name in group.names}
        rest = tuple(name for name in self.fields if name not in named)
        groups = [*self.groups, *([Group("", rest)] if rest else [])]
        return [
            (group, [(self[name], self._is_wide(name)) for name in group.names if name in self.fields])
            for group in groups
        ]

    def _is_wide(self, name: str) -> bool:
        field = self.fields[name]
        if isinstance(field.widget, forms.Textarea | forms.CheckboxInput | Ticks):
            return True
        return name == "rhythm" or getattr(field, "max_length", None) in (80, 120, 200)


def _plain(value: Any) -> Any:
    return sorted(map(str, value)) if isinstance(value, list | tuple) else str(value or "")


def _shown(field: forms.BoundField) -> str:
    value = field.value()
    if isinstance(value, bool) or isinstance(field.field, forms.BooleanField):
        return "是" if value else "否"
    if choices := getattr(field.field, "choices", None):
        labels = {str(getattr(key, "value", key)): str(label) for key, label in choices if key != ""}
        given = value if isinstance(value, list | tuple) else [value]
        return "、".join(labels.get(str(one), str(one)) for one in given if one not in (None, "")) or "—"
    if isinstance(value, date):
        return value.isoformat()
    return str(value if value is not None else "").strip() or "—"


class SettingsForm(PartForm):
    """The campaign's own settings."""

    order = None  # type: ignore[assignment]
    name = Text(120, label="名称")
    short_name = Text(30, label="简称", required=False, help_text="用于页面和表格标题，留空则用名称")
    number_prefix = Text(20, label="隐患编号前缀", help_text="如 LG，隐患编号为 LG-2021-0001；已有的编号不变")
    issuer = Text(120, label="印发单位", required=False)
    issued_on = Day(label="印发日期", required=False)
    starts_on = Day(label="开始日期")
    ends_on = Day(label="结束日期", help_text="改动后，各项工作的到期日自动重新排定，已完成的不变")
    figures_from = Day(label="累计起算日", required=False, help_text="留空则从行动开始日期起算")
    clock = Day(
        label="固定业务日期",
        required=False,
        help_text="平时留空，按当天计算。仅用于演示、培训或补录往期行动：所有期限和报表按此日期计算",
    )
    extras = forms.MultipleChoiceField(
        label="另设的登记册",
        required=False,
        choices=Extra.choices,
        widget=Ticks,
        help_text="勾选后才显示相应页面",
    )
    forms = forms.MultipleChoiceField(
        label="使用的表格", required=False, widget=Ticks, help_text="都不勾选表示全部可用"
    )

    groups = (
        Group("名称", ("name", "short_name", "number_prefix", "issuer", "issued_on")),
        Group("起止时间", ("starts_on", "ends_on", "figures_from", "clock", "active")),
        Group(
            "期限和提醒",
            ("week_cutoff", "general_days", "major_days", "yellow_days"),
            "每周截止日决定周报的一周从哪天到哪天",
        ),
        Group(
            "延期和督办",
            ("extension_limit", "supervision_days", "reply_days"),
            "只影响以后的申请、挂牌和发函，已经定下的日期不变",
        ),
        Group("登记册和表格", ("extras", "forms")),
    )
    beside = {"campaign_dates_in_order": ("ends_on", "结束日期不能早于开始日期")}

    class Meta:
        model = Campaign
        fields = (
            "name", "short_name", "number_prefix", "issuer", "issued_on", "starts_on", "ends_on",
            "figures_from", "clock", "active", "week_cutoff", "general_days", "major_days", "yellow_days",
            "extension_limit", "supervision_days", "reply_days", "extras", "forms",
        )  # fmt: skip

    def prepare(self) -> None:
        self.fields["forms"].choices = list(FORM_NAMES.items())  # type: ignore[attr-defined]
        self.fields["active"].help_text = "行动结束后取消勾选，资料仍可查看"
        self.fields["yellow_days"].help_text = "到期前几天起亮黄灯"
        self.fields["extension_limit"].help_text = "每条隐患最多批准几次，0 表示不准延期"
        self.fields["supervision_days"].help_text = "从挂牌之日起算，挂牌时可以改"
        self.fields["supervision_days"].validators.append(MinValueValidator(1))

    def clean_number_prefix(self) -> str:
        return clean_prefix(self.cleaned_data["number_prefix"], self.instance.pk)


def clean_prefix(text: str, own: int | None = None) -> str:
    """A number prefix: capitals and digits, unlike every other campaign's."""
    prefix = text.strip().upper()
    if not prefix.replace("-", "").isalnum() or not prefix.isascii():
        raise ValidationError("编号前缀只能用字母、数字和短横线，例如 LG")
    if Campaign.objects.exclude(pk=own or 0).filter(number_prefix__iexact=prefix).exists():
        raise ValidationError(f"编号前缀“{prefix}”已被另一个行动使用，请换一个")
    return prefix


class PhaseForm(PartForm):
    name = Text(40, label="阶段")
    starts_on = Day(label="开始日期", required=False, help_text="方案没有写明的可以留空")
    ends_on = Day(label="结束日期", required=False, help_text="可以与其他阶段重叠，也可以留空")
    raw_dates = Text(60, label="方案原文", required=False, help_text="方案中怎么写就怎么填，如“7月10日前”")
    groups = (Group("阶段", ("name", "order", "starts_on", "ends_on", "raw_dates", "needs_confirmation")),)
    beside = {"phase_dates_in_order": ("ends_on", "阶段的结束日期不能早于开始日期")}

    class Meta:
        model = Phase
        fields = ("name", "order", "starts_on", "ends_on", "raw_dates", "needs_confirmation")

    def prepare(self) -> None:
        self.fields["needs_confirmation"].help_text = "勾选后在方案设置首页提示确认"


class CategoryForm(PartForm):
    name = Text(60, label="整治内容")
    short_name = Text(12, label="简称", required=False, help_text="用于上报隐患时的选项和图表，留空则用全称")
    groups = (Group("整治内容", ("name", "short_name", "order")),)
    beside = {"category_name_once": ("name", "本行动已有同名的整治内容")}

    class Meta:
        model = Category
        fields = ("name", "short_name", "order")


class CheckItemForm(PartForm):
    text = Text(120, label="检查内容")
    groups = (Group("检查事项", ("text", "order")),)

    class Meta:
        model = CheckItem
        fields = ("text", "order")


def offer_units(form: PartForm) -> None:
    """Units of the campaign, and the one that the row already names."""
    field = form.fields["department"]
    assert isinstance(field, forms.ModelChoiceField)
    own = getattr(form.instance, "department_id", None)
    offered = units_of(form.campaign).values("pk")
    field.queryset = Department.objects.filter(Q(pk__in=offered) | Q(pk=own or 0))
    field.empty_label = "请选择"
    field.help_text = "名单里没有的单位，请先在“参与单位”中加入"


class UnitDutyForm(PartForm):
    text = LongText(500, label="工作职责", rows=4)
    groups = (Group("部门职责", ("department", "order", "text")),)

    class Meta:
        model = UnitDuty
        fields = ("department", "order", "text")

    def prepare(self) -> None:
        offer_units(self)

    def siblings(self) -> QuerySet[Any]:
        return super().siblings().filter(department=self.instance.department_id)


class UnitContactForm(PartForm):
    name = Text(30, label="姓名")
    post = Text(60, label="职务", required=False)
    phone = Text(30, label="手机号码", required=False)
    note = Text(200, label="备注", required=False)
    groups = (Group("联系人", ("department", "order", "name", "post", "phone", "note")),)
    beside = {"unit_contact_once": ("name", "该单位已登记同名联系人")}

    class Meta:
        model = UnitContact
        fields = ("department", "order", "name", "post", "phone", "note")

    def prepare(self) -> None:
        offer_units(self)

    def siblings(self) -> QuerySet[Any]:
        return super().siblings().filter(department=self.instance.department_id)
