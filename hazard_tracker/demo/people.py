"""The demo's people: plainly made up, numbers 1380000xxxx. Ten of them can sign in, one a role.

So can colleagues of those who sign reports: who fills one in neither reviews nor issues it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission

from accounts.enums import Role
from accounts.models import Membership, User
from campaigns.enums import MemberDuty, UnitKind
from campaigns.models import Campaign, TaskForce, TaskForceMember
from hazard_tracker.demo.texts import NUMERALS, SURNAMES
from parks.models import Department, Park

PASSWORD = "Yanshi-2021"
JOINED = datetime(2021, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))
BASE_DATA = ("parks", "accounts", "campaigns")
"""Apps whose tables the system admin keeps; hazards are none of theirs."""


@dataclass(frozen=True)
class Account:
    """One account to sign in with: its key in `demo --json`, and for whom it stands in words."""

    role: str
    side: str
    name: str
    title: str
    username: str


ACCOUNTS = (
    Account("system_admin", "系统管理员", "郑一", "信息中心管理员", "admin"),
    Account("lead", "牵头单位", "王五", "专项办工作人员", "lead"),
    Account("department", "责任单位", "赵六", "防火监督员", "department"),
    Account("department_2", "责任单位", "钱七", "建设管理科科员", "department2"),
    Account("task_force", "专班", "张三", "专班联络员", "taskforce"),
    Account("task_force_2", "专班", "李四", "专班成员", "taskforce2"),
    Account("operator", "园区业主", "孙八", "园区安全管家", "operator"),
    Account("leader", "领导", "周九", "分管领导", "leader"),
    Account("assessor", "考绩部门", "吴十", "考核专员", "assessor"),
    Account("auditor", "审计管理员", "冯二", "审计专员", "auditor"),
    Account("lead_reviewer", "牵头单位", "陈甲", "专项办副主任", "lead2"),
    Account("department_reviewer", "责任单位", "蒋乙", "防火监督科科长", "departmentb"),
    Account("department_2_reviewer", "责任单位", "沈丙", "建设管理科科长", "department2b"),
)


@dataclass
class Cast:
    """Everybody by what they do in the campaign."""

    lead: User
    lead_chief: User = field(init=False)
    units: dict[str, Department] = field(default_factory=dict)
    officers: dict[int, User] = field(default_factory=dict)
    """By id of the unit."""
    chiefs: dict[int, User] = field(default_factory=dict)
    """By id of the unit: who reviews and issues what the officer filled in."""
    members: dict[int, list[User]] = field(default_factory=dict)
    """By id of the task force: two people each."""
    operators: dict[int, User] = field(default_factory=dict)
    """By id of the park."""


@dataclass
class _Hall:
    """Makes people in a fixed order, so that each run makes the same."""

    password: str
    serial: Iterator[int] = field(default_factory=lambda: count(1))
    names: Iterator[str] = field(default_factory=lambda: _spare_names())

    def account(self, role: str, unit: Department | None) -> User:
        """Somebody who can sign in."""
        facts = next(account for account in ACCOUNTS if account.role == role)
        return self._make(facts.username, facts.name, facts.title, unit, self.password)

    def other(self, title: str, unit: Department | None) -> User:
        """Somebody who only appears in records: no password fits."""
        return self._make("", next(self.names), title, unit, "!demo")

    def _make(self, username: str, name: str, title: str, unit: Department | None, password: str) -> User:
        serial = next(self.serial)
        return User.objects.create(
            username=username or f"demo{serial:03d}",
            full_name=name,
            title=title,
            phone=f"1380000{serial:04d}",
            department=unit,
            password=password,
            date_joined=JOINED,
        )


def _spare_names() -> Iterator[str]:
    """张一, 李一 … 冯十: a hundred names, without those of the accounts."""
    taken = {account.name for account in ACCOUNTS}
    names = (surname + numeral for numeral in NUMERALS for surname in SURNAMES)
    return (name for name in names if name not in taken)


def make_cast(campaign: Campaign) -> Cast:
    """Create the people with their roles. The first task force of 新城中心 is the one to sign in to."""
    # One salt for all: hashing ten times would take seconds, and the password is printed anyway.
    hall = _Hall(make_password(PASSWORD, salt="demo-only-salt"))
    cast = Cast(lead=hall.account("lead", campaign.lead_department))
    _grant(cast.lead, Role.LEAD, department=campaign.lead_department)
    members = campaign.unit_rows.filter(kind=UnitKind.MEMBER).select_related("department")
    cast.units = {row.department.short_name: row.department for row in members}
    for name, unit in cast.units.items():
        role = {"消防大队": "department", "新城中心": "department_2"}.get(name)
        officer = hall.account(role, unit) if role else hall.other("科员", unit)
        _grant(officer, Role.DEPARTMENT, department=unit)
        cast.officers[unit.pk] = officer
    for task_force in campaign.task_forces.select_related("park", "department").order_by("order"):
        _staff(task_force, cast, hall)
    _share_second_task_force(campaign, cast)
    _readers(campaign, hall)
    _reviewers(campaign, cast, hall)
    return cast


def _staff(task_force: TaskForce, cast: Cast, hall: _Hall) -> None:
    """Two members and an operator; the blanks of P0 附件3 filled with made-up people."""
    park, unit, first = task_force.park, task_force.department, task_force.order == 1
    liaison = hall.account("task_force", unit) if first else hall.other("专班联络员", unit)
    second = hall.account("task_force_2", unit) if first else hall.other("专班成员", unit)
    operator = hall.account("operator", None) if first else hall.other("园区安全管家", None)
    for user, duty in ((liaison, MemberDuty.LIAISON), (second, MemberDuty.OWNER)):
        TaskForceMember.objects.create(task_force=task_force, user=user, duty=duty)
    _grant(operator, Role.OPERATOR, park=park)
    cast.members[task_force.pk] = [liaison, second]
    cast.operators[park.pk] = operator
    task_force.leader = cast.officers[unit.pk].full_name
    task_force.owner, task_force.liaison, task_force.phone = (
        second.full_name,
        liaison.full_name,
        liaison.phone,
    )
    task_force.save(update_fields=["leader", "owner", "liaison", "phone"])
    _describe(park, task_force.order, operator)


def _describe(park: Park, order: int, operator: User) -> None:
    park.operator = f"{park.name}物业服务站"
    park.contact_name, park.contact_phone = operator.full_name, operator.phone
    park.address = f"演示路{order * 10 + 8}号"
    park.save(update_fields=["operator", "contact_name", "contact_phone", "address"])


def _share_second_task_force(campaign: Campaign, cast: Cast) -> None:
    """One person answers for two parks, as happens in P0 附件3 (numbers 4 and 8)."""
    fourth, eighth = (campaign.task_forces.get(order=order) for order in (4, 8))
    shared = cast.members[fourth.pk][0]
    TaskForceMember.objects.create(task_force=eighth, user=shared, duty=MemberDuty.MEMBER)


def _readers(campaign: Campaign, hall: _Hall) -> None:
    """Those who read: a leader, the assessor, the auditor; and the admin, who keeps base data only."""
    _grant(hall.account("leader", campaign.lead_department), Role.LEADER, department=campaign.lead_department)
    assessor = campaign.unit_rows.get(kind=UnitKind.ASSESSOR).department
    _grant(hall.account("assessor", assessor), Role.LEADER, department=assessor)
    _grant(hall.account("auditor", None), Role.AUDITOR)
    admin = hall.account("system_admin", None)
    _grant(admin, Role.SYSTEM_ADMIN)
    admin.is_staff = True
    admin.save(update_fields=["is_staff"])
    admin.user_permissions.set(
        Permission.objects.filter(content_type__app_label__in=BASE_DATA).exclude(
            content_type__model="auditentry"
        )
    )


def _reviewers(campaign: Campaign, cast: Cast, hall: _Hall) -> None:
    """Second people of the bureaus: their reports can be reviewed and issued. Three of them sign in."""
    cast.lead_chief = hall.account("lead_reviewer", campaign.lead_department)
    _grant(cast.lead_chief, Role.LEAD, department=campaign.lead_department)
    accounts = {"消防大队": "department_reviewer", "新城中心": "department_2_reviewer"}
    # Accounts first: the numbers of those who sign in follow each other.
    for name, unit in sorted(cast.units.items(), key=lambda one: one[0] not in accounts):
        role = accounts.get(name)
        chief = hall.account(role, unit) if role else hall.other("科室负责人", unit)
        _grant(chief, Role.DEPARTMENT, department=unit)
        cast.chiefs[unit.pk] = chief


def _grant(user: User, role: Role, *, department: Department | None = None, park: Park | None = None) -> None:
    Membership.objects.create(user=user, role=role, department=department, park=park)
