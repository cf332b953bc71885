"""Input of supervision letters. What is checked against the ledger stands in actions.py."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.calendar import add_workdays
from campaigns.form_parts import DateInput, LongText, Text, offer
from campaigns.models import Campaign
from campaigns.queries import units_of
from hazards.models import Hazard
from parks.models import Department
from reports.letters.actions import REASON_LENGTH, TEXT_LENGTH, Wish
from reports.letters.queries import last_letters, to_repair, unanswered
from reports.letters.words import REQUIREMENT
from reports.models import LetterReply, SupervisionLetter


class LetterForm(forms.Form):
    """A letter to one unit: which of its hazards, what is asked, until when to answer."""

    hazards = forms.ModelMultipleChoiceField(Hazard.objects.none(), label="所列隐患")
    requirement = LongText(label="办理要求", rows=6, limit=TEXT_LENGTH, help_text="一行一段，印在隐患表之后")
    reply_by = forms.DateField(label="回复期限", widget=DateInput())

    def __init__(
        self, campaign: Campaign, unit: Department, data: Any = None, *, chosen: int | None = None
    ) -> None:
        today = campaign.today()
        initial = {"requirement": REQUIREMENT, "reply_by": add_workdays(today, campaign.reply_days)}
        super().__init__(data, initial=initial)
        self.campaign, self.unit, self.chosen = campaign, unit, chosen
        self.rows = to_repair(campaign, unit).select_related("park", "enterprise", "campaign")
        offer(self, "hazards", self.rows)
        self.fields["reply_by"].widget.attrs["min"] = today.isoformat()
        self.fields["reply_by"].help_text = f"默认为印发后 {campaign.reply_days} 个工作日，可修改"
        for name, message in {
            "hazards": "请至少选择一条隐患",
            "requirement": "请填写办理要求",
            "reply_by": "请填写回复期限",
        }.items():
            self.fields[name].error_messages["required"] = message
        self.fields["hazards"].error_messages["invalid_choice"] = (
            "所选隐患中有的已不需该单位整改，下面是现在的清单，请核对后再印发"
        )

    def late(self) -> list[Hazard]:
        """Overdue ones, the longest first; ticked unless a letter that holds lists them already."""
        today = self.campaign.today()
        return self._ticked(self.rows.filter(due_on__lt=today).order_by("due_on", "number"))

    def others(self) -> list[Hazard]:
        """Those whose day has not come: only ticked when somebody chose them."""
        today = self.campaign.today()
        return self._ticked(self.rows.filter(due_on__gte=today).order_by("due_on", "number"))

    @property
    def shows_others(self) -> bool:
        """Whether one whose day has not come is ticked."""
        return any(row.ticked for row in self.others())  # type: ignore[attr-defined]

    def _ticked(self, rows: QuerySet[Hazard]) -> list[Hazard]:
        today, letters, shown = self.campaign.today(), last_letters(rows), list(rows)
        picked = self._picked()
        for row in shown:
            row.letter = letters.get(row.pk, "")  # type: ignore[attr-defined]
            row.over = (today - row.due_on).days if row.due_on else 0  # type: ignore[attr-defined]
            fresh = row.over > 0 and not row.letter  # type: ignore[attr-defined]
            row.ticked = row.pk in picked if self.is_bound else fresh or row.pk == self.chosen  # type: ignore[attr-defined]
        return shown

    def _picked(self) -> set[int]:
        if not self.is_bound:
            return set()
        keys: Iterable[str] = self.data.getlist("hazards")  # type: ignore[attr-defined]
        return {int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19}

    def wish(self) -> Wish:
        """The cleaned input."""
        given = self.cleaned_data
        return Wish(self.unit, list(given["hazards"]), given["requirement"], given["reply_by"])


class ReplyForm(forms.Form):
    """The unit's answer."""

    text = LongText(label="回复内容", rows=4, limit=TEXT_LENGTH, help_text="整改进展、存在困难、预计完成时间")
    on = forms.DateField(label="回复日期", widget=DateInput())

    def __init__(self, letter: SupervisionLetter, data: Any = None) -> None:
        today = letter.campaign.today()
        super().__init__(data, initial={"on": today}, auto_id="reply-%s")
        self.fields["text"].error_messages["required"] = "请填写回复内容"
        self.fields["on"].error_messages["required"] = "请填写回复日期"
        self.fields["on"].widget.attrs |= {
            "min": letter.issued_on.isoformat(),
            "max": today.isoformat(),
        }


class VoidForm(forms.Form):
    """Why the letter is void."""

    reason = Text(label="作废原因", limit=REASON_LENGTH, error_messages={"required": "请填写作废原因"})


class LetterFilter(forms.Form):
    """Filters of the list; what cannot be read is said and left out."""

    STATES = (
        ("", "全部"),
        ("waiting", "待回复"),
        ("late", "逾期未回复"),
        ("replied", "已回复"),
        ("void", "已作废"),
    )
    q = forms.CharField(label="文号或隐患编号", required=False, max_length=60)
    unit = forms.ModelChoiceField(
        Department.objects.none(), label="主送单位", required=False, empty_label="全部"
    )
    state = forms.ChoiceField(label="回复情况", choices=STATES, required=False)
    since = forms.DateField(label="印发日期起", required=False, widget=DateInput())
    until = forms.DateField(label="印发日期止", required=False, widget=DateInput())

    def __init__(self, data: Any, campaign: Campaign | None) -> None:
        super().__init__(data)
        self.campaign = campaign
        if campaign:
            offer(self, "unit", units_of(campaign))
        for one in self.fields.values():
            one.error_messages |= {
                "invalid_choice": "没有这个选项，未按它筛选",
                "invalid": "不是有效日期，未按它筛选",
                "max_length": "搜索内容最多 60 字，未按它搜索",
            }
        self.is_valid()

    def apply(self, rows: QuerySet[SupervisionLetter]) -> QuerySet[SupervisionLetter]:
        """The letters that the address asks for."""
        given = self.cleaned_data
        wanted = {
            "department": given.get("unit"),
            "issued_on__gte": given.get("since"),
            "issued_on__lte": given.get("until"),
        }
        rows = rows.filter(**{name: value for name, value in wanted.items() if value})
        if said := given.get("q"):
            listed = Q(rows__number__icontains=said)
            rows = rows.filter(pk__in=rows.filter(Q(number__icontains=said) | listed).values("pk"))
        return self._in_state(rows, given.get("state") or "")

    def _in_state(self, rows: QuerySet[SupervisionLetter], state: str) -> QuerySet[SupervisionLetter]:
        if state == "void":
            return rows.filter(voided_on__isnull=False)
        if state == "replied":
            replies = LetterReply.objects.filter(letter=OuterRef("pk"))
            return rows.filter(Exists(replies), voided_on=None)
        if state == "late" and self.campaign:
            return unanswered(rows).filter(reply_by__lt=self.campaign.today())
        return unanswered(rows) if state else rows

    @property
    def narrows(self) -> bool:
        """Whether any filter is set."""
        return any(self.cleaned_data.get(name) for name in self.fields)
