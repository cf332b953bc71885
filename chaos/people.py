"""Made-up people, and what falls due to them; and three days that pass at once."""

from datetime import date, time, timedelta

from django.db import connection
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Membership, User
from campaigns.models import Campaign, Category, TaskForce, TaskForceMember
from hazards.models import Hazard
from notices.enums import Channel
from notices.models import NoticeSettings, Robot
from parks.models import Department, Park

MEMBERS = 10
"""People of a task force; each is told of each of its hazards."""
HAZARDS = 5
DUE_IN = 5
"""Days. At first the seven days' notice is due, after the jump the three days', a day late."""
SHIFTS = {
    "hazards_hazard": ["due_on", "found_on", "reported_at"],
    "notices_notice": ["due_on", "created_at"],
    "notices_delivery": ["day", "created_at", "next_try_at", "tried_at", "sent_at", "lease_until"],
    "notices_noticesettings": ["scanned_at", "scan_begun_at", "scan_ended_at"],
}
ROBOT_PATHS = {
    Channel.DINGTALK: "/robot/send?access_token=",
    Channel.WECOM: "/cgi-bin/webhook/send?key=",
    Channel.FEISHU: "/open-apis/bot/v2/hook/",
}


def fill(people: int, robots: str) -> Campaign:
    """A campaign whose people each have HAZARDS due; `robots`: where their groups' robots listen."""
    bureau = Department.objects.create(name="测试牵头局")
    today = timezone.localdate()
    campaign = Campaign.objects.create(
        slug="chaos",
        name="测试专项行动",
        number_prefix="CH",
        issued_on=today - timedelta(days=30),
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=60),
        lead_department=bureau,
    )
    NoticeSettings.objects.create(campaign=campaign, digest_at=time(0), quiet_from=time(0), quiet_to=time(0))
    lead = User.objects.create(username="lead", full_name="测试牵头员", department=bureau, password="!")
    Membership.objects.create(user=lead, role=Role.LEAD, department=bureau)
    kind = Category.objects.create(campaign=campaign, order=1, name="消防通道不畅通")
    for place in range(people // MEMBERS):
        _task_force(campaign, kind, bureau, place, today)
    for place in range(9):
        channel, path = list(ROBOT_PATHS.items())[place % 3]
        address = f"{robots}{path}group-{place}"
        Robot.objects.create(campaign=campaign, channel=channel, name=f"测试群{place}", address=address)
    return campaign


def _task_force(campaign: Campaign, kind: Category, bureau: Department, place: int, today: date) -> None:
    park = Park.objects.create(name=f"测试园{place}")
    force = TaskForce.objects.create(campaign=campaign, park=park, department=bureau, order=place + 1)
    users = User.objects.bulk_create(
        User(
            username=f"p{place}-{one}",
            full_name=f"测试员{place}之{one}",
            phone=f"138{place * MEMBERS + one:08d}",
            email=f"p{place}-{one}@example.com",
            password="!",
        )
        for one in range(MEMBERS)
    )
    TaskForceMember.objects.bulk_create(TaskForceMember(task_force=force, user=user) for user in users)
    Hazard.objects.bulk_create(
        Hazard(
            campaign=campaign,
            park=park,
            task_force=force,
            responsible_department=bureau,
            category=kind,
            number=f"CH-{place}-{one}",
            place=f"{one}号楼",
            description="测试隐患",
            found_on=today - timedelta(days=10),
            due_on=today + timedelta(days=DUE_IN),
            status="rectifying",
            reported_at=timezone.now() - timedelta(days=10),
            reported_by=users[0],
        )
        for one in range(HAZARDS)
    )


def jump(days: int) -> None:
    """The clock leaps forward: all that is stored is moved back by as much, while nothing runs."""
    with connection.cursor() as cursor:
        for table, columns in SHIFTS.items():
            moves = ", ".join(f"{one} = {one} - interval '{days} days'" for one in columns)
            cursor.execute(f"UPDATE {table} SET {moves}")
