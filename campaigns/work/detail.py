"""One piece of due work as its page shows it: its records, the same work before and after, and of others."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, QuerySet
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from campaigns.models import Completion, Evidence, Measure, Occurrence, ReportDuty
from campaigns.queries import Scope
from campaigns.recurrence import ONCE, STANDING
from campaigns.work.board import line_of
from campaigns.work.queries import occurrences_in
from campaigns.work.rows import heading_of, holder_name, kind_of, show, span_of
from campaigns.work.rules import may_complete, may_revoke

SERIES = 4
"""So many occurrences before, and so many behind."""
OTHERS = 60


@dataclass(frozen=True)
class Record:
    """One time that it was done."""

    row: Completion
    pictures: list[dict[str, str]]
    papers: list[dict[str, str]]
    may_revoke: bool

    @property
    def key(self) -> str:
        """For the id of its dialog."""
        return str(self.row.pk)


def detail_of(row: Occurrence, user: User, scope: Scope) -> dict[str, Any]:
    """What the page shows of the occurrence besides its form."""
    campaign = row.campaign
    today = campaign.today()
    series = _series(row, scope)
    others = list(_others(row, scope)[:OTHERS])
    shown = show([row, *series, *others], campaign, scope, today)
    records = _records(row, user, scope)
    standing = sum(record.row.revoked_at is None for record in records)
    may = may_complete(scope, row)
    return {
        "row": row,
        "shown": shown[row.pk],
        "kind": kind_of(row),
        "heading": heading_of(row),
        "holder": holder_name(row),
        "span": span_of(row),
        "raw_deadline": row.source.raw_deadline,
        "part_url": _part_url(row, scope),
        "unit_url": _url("campaign:unit", row.department_id) if row.department_id else "",
        "park_url": _url("parks:detail", row.task_force.park_id) if row.task_force else "",
        "records": records,
        "seen": standing,
        "may": may and shown[row.pk].may,
        "not_yet": may and row.done_on is None and not shown[row.pk].begun,
        "series": [shown[one.pk] for one in series],
        "others": [shown[one.pk] for one in others],
        "sums": _sums(row, scope),
        "line_url": f"{reverse('campaigns:work')}?line={line_of(row)}",
        "today": today,
    }


def _series(row: Occurrence, scope: Scope) -> list[Occurrence]:
    """The same work of the same holder: the ones before and the ones behind, in order, itself among them."""
    if row.period in (ONCE, STANDING) or row.due_on is None:
        return []
    holder = {"department": row.department_id, "task_force": row.task_force_id}
    same = occurrences_in(scope).filter(**_source(row), **holder).order_by("due_on", "pk")
    before = same.filter(due_on__lt=row.due_on).reverse()[:SERIES]
    after = same.filter(due_on__gte=row.due_on)[: SERIES + 1]
    return [*reversed(before), *after]


def _source(row: Occurrence) -> dict[str, int | None]:
    return {"measure": row.measure_id, "item": row.item_id, "report": row.report_id}


def _same_line(row: Occurrence, scope: Scope) -> QuerySet[Occurrence]:
    """What everybody in sight owes of the same work in the same span."""
    return occurrences_in(scope).filter(**_source(row), period=row.period)


def _others(row: Occurrence, scope: Scope) -> QuerySet[Occurrence]:
    """The others, those who still owe it in front."""
    rows = _same_line(row, scope).exclude(pk=row.pk)
    return rows.order_by(F("done_on").asc(nulls_first=True), "department_id", "task_force__order", "pk")


def _sums(row: Occurrence, scope: Scope) -> dict[str, int]:
    """How many owe it in all, and how many have done it."""
    sums = _same_line(row, scope).order_by().aggregate(total=Count("*"), done=Count("done_on"))
    return {**sums, "open": sums["total"] - sums["done"], "others": sums["total"] - 1}


def _records(row: Occurrence, user: User, scope: Scope) -> list[Record]:
    """Every record, the newest first; those taken back stay to be seen."""
    found = row.completions.select_related("by__department", "revoked_by").prefetch_related("evidence")
    records = []
    for completion in found.order_by("-pk"):
        # As it is already here: the rule asks for the holder, and must not read it again for each record.
        completion.occurrence = row
        files = list(completion.evidence.all())
        records.append(
            Record(
                row=completion,
                pictures=[_picture(file) for file in files if file.is_picture],
                papers=[
                    {"url": _file_url(file, "file"), "name": file.name}
                    for file in files
                    if not file.is_picture
                ],
                may_revoke=may_revoke(scope, user, completion),
            )
        )
    return records


def _picture(file: Evidence) -> dict[str, str]:
    return {"url": _file_url(file, "file"), "thumb_url": _file_url(file, "thumbnail"), "caption": file.name}


def _file_url(file: Evidence, size: str) -> str:
    return reverse("campaigns:evidence", args=[file.pk, size])


def _part_url(row: Occurrence, scope: Scope) -> str:
    """Where the plan's part stands: a measure has a page for all, the rest is for those who edit the plan."""
    if isinstance(row.source, Measure):
        return _url("campaign:measure", row.source.pk)
    if row.campaign_id not in scope.led_campaigns:
        return ""
    return _url(
        "campaigns:part_edit", "reports" if isinstance(row.source, ReportDuty) else "items", row.source.pk
    )


def _url(name: str, *args: Any) -> str:
    """The address, or nothing where the app that has it is left out: this app knows of none above it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
