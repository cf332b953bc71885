"""Reads of the registers: every list and page of them starts here."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet

from campaigns.enums import DisposalKind
from campaigns.models import Campaign, Contractor, ContractorEntry, Disposal, Provision
from campaigns.queries import Scope
from campaigns.reach import Reach
from campaigns.registers.lights import LONGEST_SOON
from parks.models import Enterprise, Trait
from parks.names import name_key

ENTRY_STATES = [
    ("pending", "有待审核的"),
    ("valid", "有效在园"),
    ("ending", "即将到期"),
    ("expired", "已过期"),
    ("bad", "有不良记录"),
]


def entries_in(reach: Reach, campaign: Campaign) -> QuerySet[ContractorEntry]:
    """Entries into parks that the person sees."""
    return ContractorEntry.objects.filter(contractor__campaign=campaign, park__in=reach.seen)


def valid_on(day: date) -> Q:
    """Entries by which a contractor may be on the site."""
    return Q(passed=True) & (Q(valid_until=None) | Q(valid_until__gte=day))


def in_state(state: str, today: date) -> Q:
    soon = today + timedelta(days=LONGEST_SOON)
    return {
        "pending": Q(passed=None),
        "valid": valid_on(today),
        "ending": Q(passed=True, valid_until__range=(today, soon)),
        "expired": Q(passed=True, valid_until__lt=today),
    }[state]


def contractors_of(
    campaign: Campaign, reach: Reach, *, word: str = "", park: int | None = None, state: str = ""
) -> QuerySet[Contractor]:
    """The campaign's contractors with what the person sees of them, and their conduct counted.

    Names and conduct are for every participant: a park must know how a contractor behaved elsewhere
    (P2 诚信管理). Entries are those of the parks in sight.
    """
    seen = entries_in(reach, campaign)
    rows = Contractor.objects.filter(campaign=campaign)
    if word:
        rows = rows.filter(
            Q(name_key__contains=name_key(word))
            | Q(credit_code__icontains=word)
            | Q(entries__work__icontains=word)
        )
    if park:
        rows = rows.filter(pk__in=seen.filter(park=park).values("contractor"))
    if state == "bad":
        rows = rows.filter(integrity_records__good=False)
    elif state:
        rows = rows.filter(pk__in=seen.filter(in_state(state, campaign.today())).values("contractor"))
    entries = seen.select_related("park", "applied_by", "reviewed_by")
    return (
        rows.annotate(
            good=Count("integrity_records", filter=Q(integrity_records__good=True), distinct=True),
            bad=Count("integrity_records", filter=Q(integrity_records__good=False), distinct=True),
        )
        .prefetch_related("entries", Prefetch("entries", queryset=entries, to_attr="seen_entries"))
        .order_by("name", "pk")
        .distinct()
    )


def contractors_on_site(campaign: Campaign, park_id: int) -> QuerySet[ContractorEntry]:
    """Entries into one park that wait or hold or have run out, for its page; refused ones are left out."""
    rows = ContractorEntry.objects.filter(contractor__campaign=campaign, park=park_id)
    return rows.exclude(passed=False).select_related("contractor")


def provisions_of(campaign: Campaign, scope: Scope, reach: Reach) -> QuerySet[Provision]:
    """Rules to be made: the whole list for who sees the campaign whole; else one's units', one's parks',
    and those for every park.
    """
    rows = Provision.objects.filter(campaign=campaign).select_related("department", "park")
    if campaign.pk in scope.whole_campaigns:
        return rows
    return rows.filter(Q(department__in=scope.departments) | Q(park__in=reach.seen) | Q(park__isnull=True))


def provisions_open_first(rows: QuerySet[Provision]) -> list[Provision]:
    """What is not issued first, by planned day; undated last."""
    return sorted(rows, key=lambda row: (row.issued_on is not None, row.planned_on or date.max, row.pk))


def traits_counted(reach: Reach) -> QuerySet[Trait]:
    """Every trait with `n`, the enterprises in sight that have it and are in their park."""
    inside = Q(enterprises__park__in=reach.seen, enterprises__active=True)
    return Trait.objects.annotate(n=Count("enterprises", filter=inside, distinct=True)).order_by(
        "order", "pk"
    )


def enterprises_with_traits(reach: Reach, trait: Trait | None) -> QuerySet[Enterprise]:
    """Enterprises in sight that have the trait, or any."""
    rows = Enterprise.objects.filter(park__in=reach.seen, active=True)
    rows = rows.filter(traits=trait) if trait else rows.filter(traits__isnull=False)
    return rows.select_related("park").prefetch_related("traits").order_by("park", "name", "pk").distinct()


def disposals_of(campaign: Campaign, scope: Scope, reach: Reach) -> QuerySet[Disposal]:
    """Places to be dealt with, in the person's units or parks, or all of them."""
    rows = Disposal.objects.filter(campaign=campaign).select_related(
        "department", "park", "done_by", "accepted_by"
    )
    if campaign.pk in scope.whole_campaigns:
        return rows
    return rows.filter(Q(department__in=scope.departments) | Q(park__in=reach.seen))


@dataclass
class KindTotal:
    """How far one kind of disposal has come. Planned counts all; what is accepted was done before."""

    kind: str
    label: str
    planned: int = 0
    done: int = 0
    accepted: int = 0

    def add(self, row: Disposal) -> None:
        """Count one place."""
        self.planned += 1
        self.done += row.done_on is not None
        self.accepted += row.accepted_on is not None


@dataclass
class Quarter:
    """One column of the board: a quarter, its places, its totals by kind."""

    year: int
    number: int
    rows: list[Disposal] = field(default_factory=list)

    @property
    def totals(self) -> list[KindTotal]:
        """Kinds that occur in this quarter."""
        return [total for total in totals_of(self.rows) if total.planned]


def totals_of(rows: list[Disposal]) -> list[KindTotal]:
    """All four kinds, also those without any place."""
    totals = {kind.value: KindTotal(kind.value, str(kind.label)) for kind in DisposalKind}
    for row in rows:
        totals[row.kind].add(row)
    return list(totals.values())


def sum_of(rows: list[Disposal]) -> KindTotal:
    """All kinds together."""
    total = KindTotal("", "合计")
    for row in rows:
        total.add(row)
    return total


def quarters_of(rows: list[Disposal]) -> list[Quarter]:
    """The board: quarters in order, open places first."""
    board: dict[tuple[int, int], Quarter] = {}
    for row in rows:
        board.setdefault((row.year, row.quarter), Quarter(row.year, row.quarter)).rows.append(row)
    for quarter in board.values():
        quarter.rows.sort(key=lambda r: (r.accepted_on is not None, r.done_on is not None, r.pk))
    return [board[key] for key in sorted(board)]
