"""What people type about hazards. Each form of a verb calls it and puts its complaints beside the fields."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from campaigns.models import Campaign, Category, Measure
from campaigns.queries import Scope, units_of
from hazards import actions
from hazards.checks import check_fixed, done_on_fault, found_on_fault, measure_fault
from hazards.deadlines import default_due_on
from hazards.enums import Action, Level, Source
from hazards.filters import DateInput
from hazards.findings import Finding, Kept
from hazards.form_parts import LongText, MeasureField, Photos, Text, offer, put_errors
from hazards.models import Hazard
from hazards.queries import parks_to_report_in
from parks.models import Department, Enterprise, Park, Site

EARLIEST_YEAR = 2000


class ReportForm(forms.Form):
    """上报: a hazard as found, in the campaign's parks in which the person may report."""

    park = forms.ModelChoiceField(Park.objects.none(), label="园区", empty_label="请选择园区")
    site = forms.ModelChoiceField(Site.objects.none(), label="片区", required=False, empty_label="不分片区")
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label="企业", required=False, empty_label="公共部位，不涉及企业"
    )
    new_enterprise = Text(label="新企业名称", required=False, limit=120)
    place = Text(label="发生位置", limit=120)
    category = forms.ModelChoiceField(
        Category.objects.none(), label="隐患类型", empty_label=None, widget=forms.RadioSelect
    )
    plan_measure = MeasureField()
    level = forms.ChoiceField(
        label="隐患等级", choices=Level.choices, initial=Level.GENERAL, widget=forms.RadioSelect
    )
    description = LongText(label="隐患描述", rows=4)
    photos = Photos(label="现场照片（整改前）", required=False)
    fixed = forms.BooleanField(label="现场已整改（即查即改）", required=False)
    after = Photos(label="整改后照片", required=False)
    measure = LongText(label="整改措施", required=False, rows=2)
    source = forms.ChoiceField(label="发现途径", choices=Source.choices)
    found_on = forms.DateField(label="发现日期", widget=DateInput())
    latitude = forms.DecimalField(
        required=False,
        max_digits=9,
        decimal_places=6,
        min_value=-90,
        max_value=90,
        widget=forms.HiddenInput(attrs={"data-draft-keep": ""}),
    )
    longitude = forms.DecimalField(
        required=False,
        max_digits=9,
        decimal_places=6,
        min_value=-180,
        max_value=180,
        widget=forms.HiddenInput(attrs={"data-draft-keep": ""}),
    )
    client_key = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"data-draft-keep": ""}))

    MISSING: ClassVar = {
        "park": "请选择园区",
        "place": "请填写发生位置",
        "category": "请选择隐患类型",
        "level": "请选择隐患等级",
        "description": "请填写隐患描述",
        "source": "请选择发现途径",
        "found_on": "请填写发现日期",
    }
    OPTIONAL_HIDDEN: ClassVar = ("latitude", "longitude", "client_key")

    def __init__(self, campaign: Campaign, scope: Scope, data: Any = None, files: Any = None, **options: Any):
        super().__init__(data, files, **options)
        self.campaign = campaign
        parks: Any = self.fields["park"]
        parks.queryset = parks_to_report_in(scope, campaign)
        self.parks = list(parks.queryset)
        for name, message in self.MISSING.items():
            self.fields[name].error_messages["required"] = message
        self.fields["enterprise"].error_messages["invalid_choice"] = "所选企业不在该园区，请重新选择"
        self.fields["park"].error_messages["invalid_choice"] = "您没有在该园区上报隐患的权限"
        self.fields["place"].widget.attrs |= {"placeholder": "例如：5号楼1层东侧通道", "autocomplete": "off"}
        self.fields["new_enterprise"].widget.attrs |= {"autocomplete": "off"}
        self.fields["description"].widget.attrs["placeholder"] = "看到了什么、在哪里、有什么危险"
        offer(self, "category", campaign.categories.all())
        if not self.is_bound:
            self._propose()
        self._offer_of(self.chosen_park())
        self._offer_measures()

    def _offer_measures(self) -> None:
        """Those of the chosen kind; while none is chosen all of them, grouped by kind."""
        measures = list(self.campaign.measures.select_related("category"))
        chosen = str(self["category"].value() or "")
        field: Any = self.fields["plan_measure"]
        field.queryset = self.campaign.measures.all()
        field.offer(measures, chosen)
        self.has_measures = len(field.choices) > 1

    def _propose(self) -> None:
        self.initial.setdefault("found_on", self.campaign.today())
        self.initial.setdefault("client_key", uuid.uuid4())
        if len(self.parks) == 1:
            self.initial.setdefault("park", self.parks[0].pk)

    def chosen_park(self) -> Park | None:
        """The park chosen so far, if it is one of those on offer."""
        chosen = str(self["park"].value() or "")
        return next((park for park in self.parks if str(park.pk) == chosen), None)

    def _offer_of(self, park: Park | None) -> None:
        """Enterprises and sites depend on the park."""
        enterprises: Any = self.fields["enterprise"]
        sites: Any = self.fields["site"]
        if park is not None:
            enterprises.queryset = Enterprise.objects.filter(park=park, active=True).order_by("name")
            sites.queryset = Site.objects.filter(park=park)
        self.has_sites = park is not None and sites.queryset.exists()

    def clean_found_on(self) -> date:
        """A year typed with too few digits is a date too."""
        found_on: date = self.cleaned_data["found_on"]
        if found_on.year < EARLIEST_YEAR:
            raise ValidationError("发现日期过早，请核对年份")
        if fault := found_on_fault(self.campaign, found_on):
            raise ValidationError(fault)
        return found_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.OPTIONAL_HIDDEN:
            # Nobody can mend what they cannot see: a damaged position or key is left out.
            if name in self.errors:
                del self.errors[name]
                cleaned[name] = None
        if cleaned.get("enterprise") and cleaned.get("new_enterprise"):
            self.add_error("new_enterprise", "已选择企业，请清空新企业名称，或把企业改回“公共部位”")
        category, measure = cleaned.get("category"), cleaned.get("plan_measure")
        if category and (fault := measure_fault(category, measure)):
            self.add_error("plan_measure", fault)
        if cleaned.get("fixed") and "after" not in self.errors:
            try:
                check_fixed(cleaned.get("level"), cleaned["after"])
            except ValidationError as fault:
                put_errors(self, fault)
        return cleaned

    def finding(self, enterprise: Enterprise | None) -> Finding:
        """What the person reports, for hazards.actions."""
        same = (
            "park", "site", "place", "description", "category", "plan_measure", "level", "source", "found_on",
            "latitude", "longitude", "photos",
        )  # fmt: skip
        return Finding(enterprise=enterprise, **{name: self.cleaned_data[name] for name in same})


class ActionForm(forms.Form):
    """What one verb asks for. `version` is the hazard as the person saw it."""

    action: ClassVar[Action]
    button: ClassVar[str]
    title: ClassVar[str]
    dialog: ClassVar[bool] = False
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, hazard: Hazard, data: Any = None, files: Any = None) -> None:
        super().__init__(
            data, files, initial={"version": hazard.version}, auto_id=f"id_{self.action.value}_%s"
        )
        self.hazard = hazard
        self.fields["version"].error_messages = dict.fromkeys(
            ("required", "invalid"), "页面不完整，请刷新后再试"
        )
        self.prepare()

    def prepare(self) -> None:
        """Fit the fields to the hazard."""

    def act(self, by: User) -> Hazard:
        """Call the verb with what was entered."""
        raise NotImplementedError

    def done(self, hazard: Hazard) -> str:
        """What to tell the person afterwards."""
        raise NotImplementedError

    @property
    def draft(self) -> str:
        """The key under which the browser keeps what is being typed."""
        return f"hazard-{self.hazard.pk}-{self.action.value}"

    @property
    def with_photos(self) -> bool:
        return "photos" in self.fields

    def plain_fields(self) -> list[forms.BoundField]:
        """Fields that a template can print one after the other."""
        return [field for field in self.visible_fields() if field.name != "photos"]

    def entered(self) -> list[tuple[str, str]]:
        """The person's own words, to show them beside what somebody else saved meanwhile."""
        shown = []
        for field in self.plain_fields():
            value = field.value()
            if isinstance(field.field, forms.ModelMultipleChoiceField | forms.ModelChoiceField):
                offered: Any = field.field.choices
                names = {str(key): label for key, label in offered if str(key)}
                picked = value if isinstance(value, list) else [value]
                value = "、".join(str(names[str(one)]) for one in picked if str(one) in names)
            elif isinstance(field.field, forms.BooleanField):
                value = "是" if value else ""
            if value:
                shown.append((str(field.label), str(value)))
        return shown


class AssignForm(ActionForm):
    action = Action.ASSIGN
    title = "交办"
    button = "交办"
    department = forms.ModelChoiceField(
        Department.objects.none(), label="责任单位", empty_label="请选择责任单位"
    )
    due_on = forms.DateField(label="整改期限", widget=DateInput())
    by_task_force = forms.BooleanField(label="由园区专班负责整改", required=False)
    helping = forms.ModelMultipleChoiceField(
        Department.objects.none(), label="配合单位", required=False, widget=forms.CheckboxSelectMultiple
    )
    plan_measure = MeasureField()
    note = LongText(label="交办意见", required=False, rows=2)

    def prepare(self) -> None:
        units: QuerySet[Department] = units_of(self.hazard.campaign)
        for name in ("department", "helping"):
            offer(self, name, units)
        self.fields["department"].error_messages["required"] = "请选择责任单位"
        self.fields["due_on"].error_messages["required"] = "请填写整改期限"
        campaign, level = self.hazard.campaign, self.hazard.level
        proposed = default_due_on(campaign, level, self.hazard.found_on)
        days = campaign.major_days if level == Level.MAJOR else campaign.general_days
        self.initial["due_on"] = proposed
        self.initial["department"] = self.hazard.responsible_department_id
        self.fields["due_on"].help_text = f"{self.hazard.get_level_display()}隐患一般为 {days} 天"
        if self.hazard.task_force is None:
            del self.fields["by_task_force"]
        self._offer_measures()

    def _offer_measures(self) -> None:
        """The measures for hazards of this kind; no field where the plan has none."""
        measures = list(Measure.objects.filter(category=self.hazard.category_id))
        field: Any = self.fields["plan_measure"]
        if not measures:
            del self.fields["plan_measure"]
            return
        field.queryset = Measure.objects.filter(category=self.hazard.category_id)
        field.offer(measures, str(self.hazard.category_id))
        self.initial["plan_measure"] = self.hazard.measure_id

    def act(self, by: User) -> Hazard:
        given = self.cleaned_data
        return actions.assign(
            self.hazard.pk,
            by=by,
            version=given["version"],
            department=given["department"],
            due_on=given["due_on"],
            helping=list(given["helping"]),
            by_task_force=given.get("by_task_force", False),
            plan_measure=given.get("plan_measure", Kept.AS_IT_IS),
            note=given["note"],
        )

    def done(self, hazard: Hazard) -> str:
        return f"已交办给{hazard.responsible_department}，整改期限 {hazard.due_on:%Y-%m-%d}。"


class ProgressForm(ActionForm):
    action = Action.PROGRESS
    title = "填报进度"
    button = "保存进度"
    note = LongText(label="整治进度")
    difficulty = LongText(label="存在困难", required=False, rows=2, limit=500)
    photos = Photos(label="照片（整改中）", required=False)

    def prepare(self) -> None:
        self.fields["note"].error_messages["required"] = "请填写整治进度"
        self.initial["difficulty"] = self.hazard.difficulty
        light, _ = self.hazard.light(self.hazard.campaign.today())
        if light == "red":
            self.fields["difficulty"].help_text = "已超过整改期限，须说明困难"

    def act(self, by: User) -> Hazard:
        return actions.progress(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "进度已保存。"


class SubmitForm(ActionForm):
    action = Action.SUBMIT
    title = "申请验收"
    button = "申请验收"
    measure = LongText(label="整改措施")
    done_on = forms.DateField(label="整改完成日期", widget=DateInput())
    photos = Photos(label="整改后照片")

    def prepare(self) -> None:
        self.fields["measure"].error_messages["required"] = "请填写整改措施"
        self.fields["done_on"].error_messages["required"] = "请填写整改完成日期"
        self.fields["photos"].error_messages["required"] = "请至少上传一张整改后照片"
        self.initial["done_on"] = max(self.hazard.campaign.today(), self.hazard.found_on)

    def clean_done_on(self) -> date:
        done_on: date = self.cleaned_data["done_on"]
        if fault := done_on_fault(self.hazard, done_on):
            raise ValidationError(fault)
        return done_on

    def act(self, by: User) -> Hazard:
        return actions.submit(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已申请验收，请等待验收。"


class AcceptForm(ActionForm):
    action = Action.ACCEPT
    title = "验收销号"
    button = "验收合格，销号"
    note = LongText(label="验收意见", required=False, rows=2)

    def act(self, by: User) -> Hazard:
        return actions.accept(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return f"已验收销号，{hazard.number} 计入已整改。"


class RejectForm(ActionForm):
    action = Action.REJECT
    title = "退回整改"
    button = "退回"
    dialog = True
    note = LongText(label="退回原因", help_text="责任单位会看到，请写明还差什么")

    def prepare(self) -> None:
        self.fields["note"].error_messages["required"] = "请填写退回原因"

    def act(self, by: User) -> Hazard:
        return actions.reject(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已退回，状态改为整改中。"


class VoidForm(ActionForm):
    action = Action.VOID
    title = "作废"
    button = "作废"
    dialog = True
    note = LongText(label="作废原因", help_text="作废后不计入任何报表，记录和编号保留，不能恢复")

    def prepare(self) -> None:
        self.fields["note"].error_messages["required"] = "请填写作废原因"

    def act(self, by: User) -> Hazard:
        return actions.void(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return f"{hazard.number} 已作废。"


ACTION_FORMS: dict[Action, type[ActionForm]] = {
    form.action: form for form in (AssignForm, ProgressForm, SubmitForm, AcceptForm, RejectForm, VoidForm)
}
