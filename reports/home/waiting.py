"""What waits for one person now: counts with the addresses of the rows, by role and place."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse

from accounts.models import User
from campaigns.enums import Light
from campaigns.models import Campaign, Occurrence, TaskForce
from campaigns.queries import Scope
from campaigns.work.queries import due_between, owed_in
from campaigns.work.queries import overdue as late_work
from hazards.enums import OPEN_STATUSES, Level, Status
from hazards.models import OPEN, Hazard
from hazards.queries import overdue
from parks.models import Department, Park
from reports.centre.grid import turns_of
from reports.enums import ReportAction
from reports.figures.links import list_url, work_url
from reports.home.dashboard import Board
from reports.models import Report

MOST = 12
VERBS = {ReportAction.FILL: "填报", ReportAction.REVIEW: "审核", ReportAction.ISSUE: "印发"}


@dataclass(frozen=True)
class Task:
    """One line of the box: what to do, for whom, how many."""

    verb: str
    whose: str
    count: int
    href: str
    note: str = ""
    urgent: bool = False


def tasks_for(user: User, scope: Scope, board: Board) -> list[Task]:
    """The lines that have anything in them, the urgent ones first; nothing for mere readers."""
    tasks = _for_lead(scope, board) + _for_others(user, scope, board.campaign, board.today)
    tasks += _due_work(scope, board.campaign, board.today)
    tasks += _reports(user, scope, board.campaign)
    tasks = [task for task in tasks if task.count]
    tasks.sort(key=lambda task: not task.urgent)
    return tasks[:MOST]


def _for_lead(scope: Scope, board: Board) -> list[Task]:
    if board.campaign.pk not in scope.led_campaigns:
        return []
    waiting = board.waiting
    to_assign = waiting[Status.REPORTED, Level.GENERAL] + waiting[Status.REPORTED, Level.MAJOR]
    major = waiting[Status.SUBMITTED, Level.MAJOR]
    return [
        Task("交办", "新上报的隐患", to_assign, list_url(status=Status.REPORTED.value)),
        Task(
            "验收",
            "重大隐患",
            major,
            list_url(status=Status.SUBMITTED.value, level=Level.MAJOR.value),
        ),
        Task("督促", "逾期隐患", board.stock.red, list_url(light=Light.RED.value), urgent=True),
    ]


def _due_work(scope: Scope, campaign: Campaign, today: date) -> list[Task]:
    """What the plan asks of one's units and task forces this week, of the lead bureau's all; one query."""
    leads = campaign.pk in scope.led_campaigns
    if not (leads or scope.acting_departments or scope.task_forces):
        return []
    week = campaign.week_of(today)
    rows = Occurrence.objects.filter(campaign=campaign)
    sums = (rows if leads else rows.filter(owed_in(scope))).aggregate(
        week=Count("pk", filter=Q(done_on=None) & due_between(today, week.end)),
        late=Count("pk", filter=late_work(today)),
    )
    verb = "督促" if leads else "完成"
    return [
        Task(verb, "逾期的工作", sums["late"], work_url(state="late"), urgent=True),
        Task(verb, "本周应完成的工作", sums["week"], work_url(from_=today, to=week.end)),
    ]


def _reports(user: User, scope: Scope, campaign: Campaign) -> list[Task]:
    """Reports whose next step the person may take: to the report, or to the list of them."""
    waiting: dict[ReportAction, list[Report]] = {}
    for turn in turns_of(user, scope, campaign):
        waiting.setdefault(turn.action, []).append(turn.report)
    tasks = []
    for action, reports in waiting.items():
        address = f"{reverse('reports:list')}#turns"
        if len(reports) == 1:
            address = reverse("reports:detail", args=[reports[0].pk])
        tasks.append(Task(VERBS[action], "报表", len(reports), address))
    return tasks


@dataclass(frozen=True)
class Group:
    """Open hazards that are alike in everything that decides whom they wait for."""

    status: str
    level: str
    task_force: int | None
    department: int | None
    park: int
    count: int
    own: int
    late: int


def _for_others(user: User, scope: Scope, campaign: Campaign, today: date) -> list[Task]:
    """Lines for task-force members, responsible units and park operators; one query for the counts."""
    mine = Q(task_force__in=scope.task_forces) | Q(responsible_department__in=scope.acting_departments)
    mine |= Q(park__in=scope.operated_parks)
    if not (scope.task_forces or scope.acting_departments or scope.operated_parks):
        return []
    rows = (
        Hazard.objects.filter(mine, campaign=campaign, status__in=OPEN_STATUSES)
        .order_by()
        .values_list("status", "level", "task_force", "responsible_department", "park")
        .annotate(
            n=Count("*"),
            own=Count("pk", filter=Q(submitted_by=user, on_the_spot=False)),
            late=Count("pk", filter=OPEN & overdue(today)),
        )
    )
    groups = [Group(*row) for row in rows]
    return [
        *_for_task_forces(groups, scope, campaign),
        *_for_units(groups, scope),
        *_for_operators(groups, scope),
    ]


def _sums(groups: list[Group], key: str, status: str, level: str = "") -> dict[int, Counter[str]]:
    """Totals of the groups with that status (and level) by the given key."""
    sums: dict[int, Counter[str]] = {}
    for group in groups:
        if group.status == status and level in ("", group.level):
            one = sums.setdefault(getattr(group, key), Counter())
            one.update(count=group.count, own=group.own, late=group.late)
    return sums


def _for_task_forces(groups: list[Group], scope: Scope, campaign: Campaign) -> list[Task]:
    if not scope.task_forces:
        return []
    forces = TaskForce.objects.filter(pk__in=scope.task_forces, campaign=campaign).select_related("park")
    general = Level.GENERAL.value
    to_assign = _sums(groups, "task_force", Status.REPORTED, general)
    to_accept = _sums(groups, "task_force", Status.SUBMITTED, general)
    rectifying = _sums(groups, "task_force", Status.RECTIFYING)
    tasks = []
    for force in forces:
        pk, name, none = force.pk, str(force), Counter[str]()
        assign, accept, follow = (sums.get(pk, none) for sums in (to_assign, to_accept, rectifying))
        own = f"其中 {accept['own']} 项由您申请，须由他人验收" if accept["own"] else ""
        tasks += [
            Task("交办", name, assign["count"], list_url(status="reported", level=general, task_force=pk)),
            Task(
                "验收", name, accept["count"], list_url(status="submitted", level=general, task_force=pk), own
            ),
            _rectify("跟进整改", name, follow, list_url(status="rectifying", task_force=pk)),
        ]
    return tasks


def _for_units(groups: list[Group], scope: Scope) -> list[Task]:
    sums = _sums(groups, "department", Status.RECTIFYING)
    ours = {pk: one for pk, one in sums.items() if pk in scope.acting_departments}
    if not ours:
        return []
    units = Department.objects.filter(pk__in=ours)
    return [
        _rectify("整改", unit.label, ours[unit.pk], list_url(status="rectifying", department=unit.pk))
        for unit in units
    ]


def _for_operators(groups: list[Group], scope: Scope) -> list[Task]:
    sums = _sums(groups, "park", Status.RECTIFYING)
    ours = {pk: one for pk, one in sums.items() if pk in scope.operated_parks}
    if not ours:
        return []
    return [
        _rectify("整改", park.name, ours[park.pk], list_url(status="rectifying", park=park.pk))
        for park in Park.objects.filter(pk__in=ours)
    ]


def _rectify(verb: str, whose: str, sums: Counter[str], href: str) -> Task:
    late = sums["late"]
    return Task(verb, whose, sums["count"], href, f"其中逾期 {late} 项" if late else "", urgent=bool(late))
