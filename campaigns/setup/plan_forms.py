"""Input of what falls due: measures, work items, reports. Times are typed in the plan's own wording."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from campaigns.actions import OWNER_FIELDS
from campaigns.dates import DateFault, Span
from campaigns.enums import Part, Precision, Rhythm
from campaigns.form_parts import LongText, Text
from campaigns.models import Campaign, Measure, ReportDuty, WorkItem
from campaigns.models.campaign import MOST_YEARS, span_fault
from campaigns.official_forms import FORM_NAMES
from campaigns.queries import units_of
from campaigns.recurrence import Timing
from campaigns.setup.fields import Day, Days, Parties, keep_parties, party_keys
from campaigns.setup.forms import Group, PartForm
from campaigns.timing import Reading, read_timing, shown_deadline, shown_rhythm
from campaigns.work.sync import timing_of
from parks.models import Department

DEADLINE_HELP = "按方案的写法填：2021年9月30日、9月底、8月中旬、三季度、常态化"
RHYTHM_HELP = DEADLINE_HELP + "；也可写 每周、每月、每月4次、每2个月、每半年、8月中旬、11月中旬"


def span_of(campaign: Campaign) -> Span:
    """The campaign's days: they give a month without a year its year."""
    return Span(campaign.starts_on, campaign.ends_on)


def reading_of(text: str, campaign: Campaign) -> Reading:
    """What a wording means. Raises ValidationError with the reason and how to write it."""
    try:
        return read_timing(text, span_of(campaign))
    except DateFault as fault:
        known = "" if "可写" in str(fault) else "。可写：2021年9月30日、9月底、每月、常态化"
        raise ValidationError(f"{fault}{known}") from fault


def reading_words(reading: Reading) -> str:
    """What was understood, for the person who typed it."""
    timing = reading.timing
    if timing.rhythm == Rhythm.STANDING:
        return "常态化，没有到期日"
    if timing.rhythm == Rhythm.ONCE and timing.due_on:
        return f"一次，{timing.due_on.year}年{timing.due_on.month}月{timing.due_on.day}日到期"
    if timing.rhythm == Rhythm.DATES:
        days = "、".join(f"{day.year}年{day.month}月{day.day}日" for day in timing.dates)
        return f"共{len(timing.dates)}次，分别于{days}到期"
    times = f"，每期{reading.quota}次" if reading.quota > 1 else ""
    if timing.anchor:
        return f"{shown_rhythm(timing)}{times}"
    return f"{timing.rhythm.label}{times}，每期最后一天到期（可在下面另定）"


class OwnedForm(PartForm):
    """What units are responsible for. Wording of units that stay is kept."""

    responsible = Parties(label="责任单位", help_text="可以多选。没有列出的单位，请先在“参与单位”中加入")

    def prepare(self) -> None:
        keys = party_keys(self.instance, Part.RESPONSIBLE), party_keys(self.instance, Part.COOPERATING)
        named = [int(key[1:]) for key in [*keys[0], *keys[1]] if key.startswith("d")]
        ids = units_of(self.campaign).values("pk")
        units = list(
            (Department.objects.filter(pk__in=ids) | Department.objects.filter(pk__in=named)).distinct()
        )
        for name, chosen in zip(("responsible", "cooperating"), keys, strict=True):
            if name in self.fields:
                field = self.fields[name]
                assert isinstance(field, Parties)
                field.offer(units)
                self.initial[name] = chosen
        self.fields["responsible"].error_messages["required"] = "请至少选择一个责任单位"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        both = set(cleaned.get("responsible") or ()) & set(cleaned.get("cooperating") or ())
        if both:
            names = dict(self.fields["cooperating"].choices)  # type: ignore[attr-defined]
            twice = "、".join(str(names[key]) for key in sorted(both))
            self.add_error("cooperating", f"{twice}已是责任单位，不能同时是配合单位")
        return cleaned

    def store_more(self, row: Any) -> None:
        owner = OWNER_FIELDS[type(row)]
        for name, part in (("responsible", Part.RESPONSIBLE), ("cooperating", Part.COOPERATING)):
            if name in self.fields:
                keep_parties(row, owner, part, self.cleaned_data[name])


class MeasureForm(OwnedForm):
    title = LongText(500, label="措施")
    deadline = Text(60, label="完成时限", help_text=DEADLINE_HELP)
    cooperating = Parties(label="配合单位", required=False)
    groups = (
        Group("措施", ("category", "order", "title")),
        Group("时限", ("deadline", "needs_confirmation")),
        Group("单位", ("responsible", "cooperating")),
    )

    class Meta:
        model = Measure
        fields = ("category", "order", "title", "needs_confirmation")

    def prepare(self) -> None:
        super().prepare()
        field = self.fields["category"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = self.campaign.categories.all(), "请选择"
        self.fields["needs_confirmation"].help_text = "勾选后在方案设置首页提示确认；改好时限后请取消勾选"
        self.initial.setdefault(
            "deadline", "" if self.is_new else _measure_deadline(self.instance, self.campaign)
        )

    def clean_deadline(self) -> str:
        text: str = self.cleaned_data["deadline"].strip()
        if self.is_new or text != self.initial["deadline"]:
            reading = reading_of(text, self.campaign)
            if reading.timing.rhythm not in (Rhythm.ONCE, Rhythm.STANDING):
                raise ValidationError("一项措施只有一个时限；分次或按期做的工作，请列入“工作清单”")
            self.instance.due_on = reading.timing.due_on
            self.instance.precision = reading.precision
            self.instance.raw_deadline = text
        return text

    def siblings(self) -> QuerySet[Any]:
        return Measure.objects.filter(category=self.instance.category_id)


def _measure_deadline(row: Measure, campaign: Campaign) -> str:
    """The plan's wording while it means the day that is stored, else that day."""
    try:
        reading = read_timing(row.raw_deadline, span_of(campaign))
    except DateFault:
        return shown_deadline(row.due_on, row.precision)
    same = reading.timing.due_on == row.due_on and reading.timing.rhythm in (Rhythm.ONCE, Rhythm.STANDING)
    return row.raw_deadline if same else shown_deadline(row.due_on, row.precision)


RHYTHM_CHOICES = [("", "按上面的写法判断"), *Rhythm.choices]


class RecurringForm(OwnedForm):
    """Work and reports: the rhythm is read from the wording, or chosen where the wording leaves it open."""

    by_rhythm = True
    deadline = Text(60, label="时限", required=False, help_text=RHYTHM_HELP)
    rhythm = forms.ChoiceField(label="频次", choices=RHYTHM_CHOICES, required=False)
    due_on = Day(label="完成时限", required=False)
    dates = Days(
        label="指定日期", required=False, help_text="几个日期之间用顿号隔开，如 2021-08-15、2021-11-15"
    )
    anchor = forms.IntegerField(
        label="每期第几日到期",
        required=False,
        min_value=1,
        max_value=31,
        help_text="每周填1至7（周一为1）；按月的填几号。留空为每期最后一天",
        error_messages={
            "invalid": "请填写整数",
            "min_value": "请填写1至31",
            "max_value": "请填写1至31",
        },
    )
    starts_on = Day(label="自何日起", required=False, help_text="留空从行动开始之日起")
    ends_on = Day(label="至何日止", required=False, help_text="留空到行动结束之日止")

    WHEN = ("deadline", "rhythm", "due_on", "dates", "anchor", "quota", "starts_on", "ends_on")

    def prepare(self) -> None:
        super().prepare()
        row = self.instance
        self.fields["needs_confirmation"].help_text = "勾选后在方案设置首页提示确认；改好后请取消勾选"
        self.initial.setdefault("deadline", "" if self.is_new else row.raw_deadline)
        self.initial["dates"] = "、".join(row.dates)
        if self.is_new or _read_so(row, self.campaign):
            self.initial["rhythm"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self._settle_time(cleaned)
        rhythm = self.instance.rhythm
        if rhythm == Rhythm.WEEKLY and (cleaned.get("anchor") or 1) > 7:
            self.add_error("anchor", "每周的工作请填1至7，周一为1")
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "截止日期不能早于起始日期")
        elif span_fault(first or self.campaign.starts_on, last or self.campaign.ends_on):
            self.add_error("ends_on" if last else "starts_on", f"起止相差超过{MOST_YEARS}年，请核对年份")
        return cleaned

    def _settle_time(self, cleaned: dict[str, Any]) -> None:
        """Fill rhythm, day and days from the wording, or from the fields of the chosen rhythm."""
        row = self.instance
        row.raw_deadline = text = (cleaned.get("deadline") or "").strip()
        if chosen := cleaned.get("rhythm"):
            self._take_chosen(Rhythm(chosen), cleaned)
        elif not (_stays(self, text) and not self.errors.get("deadline")):
            self._take_read(text, cleaned)
        else:
            self._as_stored(cleaned)

    def _as_stored(self, cleaned: dict[str, Any]) -> None:
        stored = type(self.instance).objects.get(pk=self.instance.pk)
        timing = timing_of(stored)
        self._put(timing, Precision(stored.precision), cleaned)

    def _take_read(self, text: str, cleaned: dict[str, Any]) -> None:
        if "deadline" in self.errors:
            return
        if not text:
            self.add_error("deadline", "请填写时限，或在下面选择频次")
            return
        try:
            reading = reading_of(text, self.campaign)
        except ValidationError as fault:
            self.add_error("deadline", fault)
            return
        self._settle_anchor(reading.timing, cleaned)
        self._put(reading.timing, reading.precision, cleaned)
        if reading.quota > 1 and cleaned.get("quota") in (None, 1):
            cleaned["quota"] = reading.quota
        started = cleaned.get("starts_on") is not None
        self.instance.question = reading.question_but_for_start if started else reading.question
        if self.instance.question:
            cleaned["needs_confirmation"] = True

    def _settle_anchor(self, timing: Timing, cleaned: dict[str, Any]) -> None:
        """The day within a span: as typed in its field, else as the wording says, else as it was."""
        same = not self.is_new and self.instance.rhythm == timing.rhythm and timing.anchor is None
        if not (same or "anchor" in self.changed_data):
            cleaned["anchor"] = timing.anchor

    def _take_chosen(self, rhythm: Rhythm, cleaned: dict[str, Any]) -> None:
        due_on, days = None, []
        if rhythm == Rhythm.ONCE:
            due_on = cleaned.get("due_on")
            if due_on is None and "due_on" not in self.errors:
                self.add_error("due_on", "一次性工作请填写完成时限")
        if rhythm == Rhythm.DATES:
            days = self._days(cleaned)
        timing = Timing(rhythm, due_on, tuple(days))
        precision = Precision.STANDING if rhythm == Rhythm.STANDING else Precision.DAY
        self._put(timing, precision, cleaned)

    def _days(self, cleaned: dict[str, Any]) -> list[Any]:
        field = self.fields["dates"]
        assert isinstance(field, Days)
        try:
            days = field.read(cleaned.get("dates") or "", span_of(self.campaign))
        except ValidationError as fault:
            self.add_error("dates", fault)
            return []
        if not days and "dates" not in self.errors:
            self.add_error("dates", "请填写至少一个日期")
        return [Day().to_python(day) for day in days]

    def _put(self, timing: Timing, precision: Precision, cleaned: dict[str, Any]) -> None:
        cleaned["rhythm"] = timing.rhythm
        cleaned["due_on"] = timing.due_on
        cleaned["dates"] = [day.isoformat() for day in timing.dates]
        # Not among the form's model fields where they may be wrong: set on the row at once.
        self.instance.rhythm, self.instance.dates = timing.rhythm, cleaned["dates"]
        self.instance.precision = precision


def _stays(form: RecurringForm, text: str) -> bool:
    """Neither wording nor rhythm was touched: the row's time stays as it is stored."""
    return not form.is_new and text == form.initial["deadline"] and form.initial["rhythm"] == ""


def _read_so(row: WorkItem | ReportDuty, campaign: Campaign) -> bool:
    """Whether the stored rhythm is what the wording says."""
    try:
        timing = read_timing(row.raw_deadline, span_of(campaign)).timing
    except DateFault:
        return False
    return Timing(timing.rhythm, timing.due_on, timing.dates) == Timing(
        Rhythm(row.rhythm), row.due_on, timing_of(row).dates
    )


class WorkItemForm(RecurringForm):
    cooperating = Parties(label="配合单位", required=False)
    title = LongText(500, label="工作要求")
    action = Text(60, label="任务类别", required=False, help_text="清单第一栏，如“专项行动”名称，可留空")
    task = LongText(500, label="行动任务", required=False, rows=2)
    groups = (
        Group("工作", ("order", "kind", "title", "action", "task")),
        Group("时限", (*RecurringForm.WHEN, "needs_confirmation")),
        Group("单位", ("responsible", "cooperating")),
    )
    beside = {
        "work_item_once_is_dated": ("due_on", "一次性工作请填写完成时限"),
        "work_item_dates_in_order": ("ends_on", "截止日期不能早于起始日期"),
    }

    class Meta:
        model = WorkItem
        fields = (
            "order", "kind", "title", "action", "task", "rhythm", "due_on", "dates", "anchor", "quota",
            "starts_on", "ends_on", "needs_confirmation",
        )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        self.fields["quota"].help_text = "一期内要做几次，一般为1"


class ReportDutyForm(RecurringForm):
    name = Text(80, label="报送材料", help_text="如“周报表”“月度小结”")
    form = forms.ChoiceField(
        label="表格", required=False, choices=[("", "文字材料，不用表格"), *FORM_NAMES.items()]
    )
    groups = (
        Group("报送", ("order", "name", "form")),
        Group("时限", (*RecurringForm.WHEN, "due_time", "days_after", "needs_confirmation")),
        Group("单位", ("responsible",)),
    )
    beside = {
        "report_duty_once": ("name", "已有同名的报送安排"),
        "report_duty_once_is_dated": ("due_on", "一次性报送请填写时限"),
    }

    class Meta:
        model = ReportDuty
        fields = (
            "order", "name", "form", "rhythm", "due_on", "dates", "anchor", "starts_on", "ends_on",
            "due_time", "days_after", "needs_confirmation",
        )  # fmt: skip

    def prepare(self) -> None:
        super().prepare()
        self.fields["responsible"].label = "报送单位"
        self.fields["due_time"].widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        self.fields["days_after"].help_text = "一期结束后第几天报送，当天报送填0。如周日截止、周一报送，填1"
