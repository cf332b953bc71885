"""What the verbs beside a hazard's own line ask for: referral, extension, supervision and their like."""

from datetime import timedelta
from typing import Any

from django import forms

from accounts.models import User
from campaigns.form_parts import DateInput, LongText, Text, offer
from campaigns.queries import units_of
from hazards.action_forms import ActionForm
from hazards.duplicates import twins_of
from hazards.enums import Action, Outcome, ReportStage, SupervisionLevel
from hazards.models import Commitments, Hazard
from hazards.procedures import (
    duplicate_actions,
    extension_actions,
    joint_actions,
    major_actions,
    referral_actions,
)
from parks.models import Department

SHORT = 40


class ReferForm(ActionForm):
    action = Action.REFER
    title = "抄告其他单位"
    button = "抄告"
    receiver = forms.ModelChoiceField(Department.objects.none(), label="接收单位", empty_label="请选择单位")
    reason = LongText(label="抄告原因", rows=2, limit=500, help_text="写明为什么属于对方职责")

    def prepare(self) -> None:
        units = units_of(self.hazard.campaign).exclude(pk=self.hazard.responsible_department_id or 0)
        offer(self, "receiver", units)
        self.fields["receiver"].error_messages["required"] = "请选择接收单位"
        self.fields["reason"].error_messages["required"] = "请填写抄告原因"

    def act(self, by: User) -> Hazard:
        return referral_actions.refer(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return f"已抄告{hazard.responsible_department}，等待对方签收。"


class ReceiveForm(ActionForm):
    action = Action.RECEIVE
    title = "签收抄告"
    button = "签收"
    note = LongText(label="签收意见", required=False, rows=2, limit=500)

    def act(self, by: User) -> Hazard:
        return referral_actions.receive(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已签收，等待交办。"


class DeclineForm(ActionForm):
    action = Action.DECLINE
    title = "退回抄告"
    button = "退回"
    dialog = True
    note = LongText(label="退回原因", rows=2, limit=500, help_text="写明为什么不属于本单位职责")

    def prepare(self) -> None:
        self.fields["note"].error_messages["required"] = "请填写退回抄告的原因"

    def act(self, by: User) -> Hazard:
        return referral_actions.decline(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已退回抄告单位。"


class CommitForm(ActionForm):
    action = Action.COMMIT
    title = "填报五落实"
    button = "保存五落实"
    clause = Text(label="判定依据", limit=200, help_text="判定为重大隐患的标准名称和条款")
    duty = LongText(label="责任", rows=2, limit=300)
    measures = LongText(label="措施", rows=2, limit=300)
    funds = LongText(label="资金", rows=2, limit=300)
    time_limit = LongText(label="时限", rows=2, limit=300)
    emergency_plan = LongText(label="预案", rows=2, limit=300)

    def prepare(self) -> None:
        known = Commitments.objects.filter(hazard=self.hazard).first()
        self.initial["clause"] = self.hazard.clause
        for name, word in major_actions.WORDS.items():
            field = self.fields[name]
            field.help_text = getattr(Commitments._meta.get_field(name), "help_text", "")
            field.error_messages["required"] = f"请填写{word}"
            self.initial[name] = getattr(known, name, "")
        self.fields["clause"].error_messages["required"] = "请填写判定依据（标准名称和条款）"

    def act(self, by: User) -> Hazard:
        given = dict(self.cleaned_data)
        five = major_actions.Five(**{name: given[name] for name in major_actions.WORDS})
        return major_actions.commit(
            self.hazard.pk, by=by, five=five, clause=given["clause"], version=given["version"]
        )

    def done(self, hazard: Hazard) -> str:
        return "五落实已保存。"


class TellForm(ActionForm):
    action = Action.TELL
    title = "填报双报告"
    button = "保存双报告"
    stage = forms.ChoiceField(label="报告阶段", choices=ReportStage.choices)
    regulator_on = forms.DateField(label="向监管部门报告日期", widget=DateInput())
    assembly_on = forms.DateField(label="向职工大会报告日期", widget=DateInput())
    note = LongText(label="说明", required=False, rows=2, limit=300)

    def prepare(self) -> None:
        told = set(self.hazard.double_reports.values_list("stage", flat=True))
        left = [choice for choice in ReportStage.choices if choice[0] not in told]
        stage: Any = self.fields["stage"]
        stage.choices = left or ReportStage.choices
        today = self.hazard.campaign.today()
        self.initial.update(regulator_on=today, assembly_on=today)
        for name in ("regulator_on", "assembly_on"):
            self.fields[name].error_messages["required"] = "请填写报告日期"

    def act(self, by: User) -> Hazard:
        return major_actions.tell(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "双报告已保存。"


class AskExtensionForm(ActionForm):
    action = Action.ASK_EXTENSION
    title = "申请延期"
    button = "提交延期申请"
    to_due_on = forms.DateField(label="申请延至", widget=DateInput())
    reason = LongText(label="延期原因", rows=2, limit=500)
    interim = LongText(label="延期期间的管控措施", rows=2, limit=500, help_text="整改完成前怎样保证安全")

    def prepare(self) -> None:
        campaign = self.hazard.campaign
        granted = self.hazard.extensions.filter(outcome=Outcome.AGREED).count()
        self.fields["to_due_on"].help_text = (
            f"须晚于现在的期限，不晚于 {campaign.ends_on:%Y-%m-%d}；"
            f"已延期 {granted} 次，最多 {campaign.extension_limit} 次"
        )
        for name, word in {
            "to_due_on": "申请延至的日期",
            "reason": "延期原因",
            "interim": "管控措施",
        }.items():
            self.fields[name].error_messages["required"] = f"请填写{word}"

    def act(self, by: User) -> Hazard:
        return extension_actions.ask_extension(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "延期申请已提交，等待牵头单位审批。"


class ExtendForm(ActionForm):
    action = Action.EXTEND
    title = "同意延期"
    button = "同意延期"
    note = LongText(label="审批意见", required=False, rows=2, limit=500)

    def act(self, by: User) -> Hazard:
        return extension_actions.extend(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return f"已同意延期，整改期限改为 {hazard.due_on:%Y-%m-%d}，原定期限保留。"


class RefuseExtensionForm(ActionForm):
    action = Action.REFUSE_EXTENSION
    title = "不同意延期"
    button = "不同意"
    dialog = True
    note = LongText(label="不同意的理由", rows=2, limit=500)

    def prepare(self) -> None:
        self.fields["note"].error_messages["required"] = "请填写不同意的理由"

    def act(self, by: User) -> Hazard:
        return extension_actions.refuse_extension(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已答复不同意延期，原期限不变。"


class SuperviseForm(ActionForm):
    action = Action.SUPERVISE
    title = "挂牌督办"
    button = "挂牌督办"
    supervision_level = forms.ChoiceField(
        label="督办级别", choices=[("", "请选择"), *SupervisionLevel.choices]
    )
    number = Text(label="督办文号", limit=60)
    published_on = forms.DateField(label="挂牌日期", widget=DateInput())
    limit = forms.DateField(label="督办期限", widget=DateInput())
    note = LongText(label="督办要求", required=False, rows=2, limit=500)

    def prepare(self) -> None:
        campaign = self.hazard.campaign
        self.initial["published_on"] = campaign.today()
        self.initial["limit"] = campaign.today() + timedelta(days=campaign.supervision_days)
        missing = {
            "supervision_level": "请选择督办级别",
            "number": "请填写督办文号",
            "published_on": "请填写挂牌日期",
            "limit": "请填写督办期限",
        }
        for name, message in missing.items():
            self.fields[name].error_messages["required"] = message

    def act(self, by: User) -> Hazard:
        return major_actions.supervise(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已挂牌督办。"


class LiftForm(ActionForm):
    action = Action.LIFT
    title = "摘牌"
    button = "摘牌"
    dialog = True
    note = LongText(label="摘牌说明", rows=2, limit=500)

    def prepare(self) -> None:
        self.fields["note"].error_messages["required"] = "请填写摘牌说明"

    def act(self, by: User) -> Hazard:
        return major_actions.lift(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已摘牌。"


class AskJointForm(ActionForm):
    action = Action.ASK_JOINT
    title = "提请联合执法"
    button = "提请联合执法"
    reason = LongText(label="提请原因", rows=2, limit=500, help_text="专班难以解决的问题、希望哪些单位参加")

    def prepare(self) -> None:
        self.fields["reason"].error_messages["required"] = "请说明为什么需要联合执法"

    def act(self, by: User) -> Hazard:
        return joint_actions.ask_joint(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return "已提请牵头单位组织联合执法。"


class MergeForm(ActionForm):
    action = Action.MERGE
    title = "并入同一隐患"
    button = "并入"
    dialog = True
    twin = forms.ChoiceField(label="看起来相同的隐患", required=False, widget=forms.RadioSelect)
    same_as = Text(
        label="保留的隐患编号",
        required=False,
        limit=40,
        help_text="本条作废，并指向保留的那一条；不能恢复",
    )
    note = LongText(label="说明", required=False, rows=2)

    def prepare(self) -> None:
        # Only the lead bureau merges, and it sees the whole campaign.
        twins = twins_of(self.hazard, Hazard.objects.filter(campaign=self.hazard.campaign_id))
        if not twins:
            del self.fields["twin"]
            return
        offered: Any = self.fields["twin"]
        offered.choices = [
            *(
                (one.number, f"{one.number} {one.get_status_display()}，{one.where}：{_short(one)}")
                for one in twins
            ),
            ("", "都不是，填写编号"),
        ]
        self.fields["same_as"].label = "或填写保留的隐患编号"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, typed = cleaned.pop("twin", ""), cleaned.get("same_as", "").strip()
        if chosen and typed and chosen.lower() != typed.lower():
            self.add_error("same_as", f"已选择 {chosen}，请清空这里，或在上面选“都不是”")
        elif not (chosen or typed) and "same_as" not in self.errors:
            self.add_error("same_as", "请选择或填写要保留的隐患编号")
        return cleaned | {"same_as": chosen or typed}

    def act(self, by: User) -> Hazard:
        return duplicate_actions.merge(self.hazard.pk, by=by, **self.cleaned_data)

    def done(self, hazard: Hazard) -> str:
        return f"{hazard.number} 已并入 {hazard.same_as}。"


def _short(hazard: Hazard) -> str:
    text = hazard.description
    return text if len(text) <= SHORT else f"{text[:SHORT]}…"
