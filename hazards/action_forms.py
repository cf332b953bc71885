"""What each verb of a hazard's own line asks for: assign, progress, submit, accept, reject, void."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from campaigns.form_parts import DateInput, LongText, offer
from campaigns.models import Measure
from campaigns.queries import units_of
from hazards import actions
from hazards.checks import done_on_fault
from hazards.deadlines import default_due_on
from hazards.enums import Action, Level, Outcome
from hazards.findings import Kept
from hazards.form_parts import MeasureField, Photos
from hazards.models import Hazard
from parks.models import Department


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
        self._after_referral()
        self._offer_measures()

    def _after_referral(self) -> None:
        """A hazard that was assigned before keeps its day where that still lies ahead; and who assigns
        while a referral waits is told what becomes of it.
        """
        first, today = self.hazard.due_on, self.hazard.campaign.today()
        if first is not None:
            self.fields["due_on"].help_text = f"此前的期限是 {first:%Y-%m-%d}"
            self.initial["due_on"] = first if first >= today else self.initial["due_on"]
        if self.hazard.referrals.filter(outcome=Outcome.WAITING).exists():
            self.fields["department"].help_text = "已抄告该单位，尚未签收；现在交办就不再等待签收"

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
