"""What the demo holds: possible by the rules of daily work, believable, free of real people."""

import hashlib
import json
import re
from datetime import timedelta
from functools import cache
from io import StringIO
from itertools import groupby

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEntry, Membership, User
from campaigns.enums import UnitKind
from campaigns.models import CalendarDay, Campaign, Completion, Evidence, Occurrence, UnitContact, UnitDuty
from campaigns.queries import scope_of
from campaigns.work.rules import may_complete
from hazard_tracker.demo.build import PLAN, TODAY, accounts
from hazard_tracker.demo.photos import SCENES
from hazard_tracker.demo.texts import MAJOR_PATTERNS, PATTERNS
from hazards.enums import Action, Level, Outcome, PhotoKind, Status
from hazards.models import (
    Commitments,
    Enforcement,
    Extension,
    Hazard,
    Inspection,
    JointEnforcement,
    Photo,
    Referral,
    StatusChange,
    Supervision,
)
from hazards.numbers import next_number
from hazards.queries import hazards_for, overdue
from hazards.rules import may_take, parties_towards, why_not_accept
from hazards.workflow import STEPS
from parks.models import Enterprise, Park
from reports.centre.grid import grid
from reports.enums import HandedIn, ReportAction, ReportState
from reports.layouts import FORMS
from reports.models import Report, ReportReminder, ReportStep, SupervisionLetter
from reports.rules import may_work_on
from reports.series import periods_to_report

pytestmark = pytest.mark.xdist_group("demo")  # one worker makes it, not each
CONTENT = ("parks", "accounts", "campaigns", "hazards")


@pytest.fixture(scope="module")
def demo_media(tmp_path_factory):
    return tmp_path_factory.mktemp("demo-media")


@pytest.fixture(scope="module")
def demo_made_once(django_db_setup, django_db_blocker, demo_media):
    """Made once for all tests here, each of which works inside this transaction; gives what was printed."""
    printed = StringIO()
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=demo_media):
        call_command("demo", "--json", stdout=printed)
        yield printed.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def demo(demo_made_once, db) -> Campaign:
    return Campaign.objects.get(slug=PLAN)


def digest() -> str:
    """Everything in the tables, keys left out: they go on counting after a rollback on PostgreSQL."""
    hash_ = hashlib.sha256()
    for label in CONTENT:
        for model in apps.get_app_config(label).get_models():
            # The one says when the demo was made, the other comes with the tables and goes with a flush.
            if model in (AuditEntry, CalendarDay):
                continue
            fields = [
                field.attname
                for field in model._meta.concrete_fields
                if not (field.is_relation or (field.primary_key and field.name == "id"))
            ]
            rows = sorted(without_keys(row) for row in model.objects.values_list(*fields))
            hash_.update(f"{model.__name__}{fields}{rows}".encode())
    links = StatusChange.objects.order_by("hazard__number", "version").values_list(
        "hazard__number", "hazard__park__name", "hazard__enterprise__name", "by__username", "department__name"
    )
    hash_.update(str(list(links)).encode())
    # Numbers, and the workbooks that bear them, hold keys of units; figures by kind those of kinds.
    reports = Report.objects.order_by("form", "period_end", "department__name", "issue").values_list(
        "form", "period_end", "department__name", "issue", "state", "nil", "note", "notes", "reason",
        "compiled_at", "filled_at", "reviewed_at", "issued_at", "filled_by__username", "figures__cumulative",
    )  # fmt: skip
    for *facts, figures in reports:
        hash_.update(f"{facts}{sorted(map(without_keys, figures.items()))}".encode())
    return hash_.hexdigest()


def without_keys(value: object) -> str:
    """The value as text, without the keys that stand in the numbers of reports and in slugs of kinds."""
    return re.sub(r"(LG-[a-z-]+-|_kind_)\d+", r"\1", str(value))


def test_the_same_every_time(demo):
    first = digest()
    call_command("flush", "--no-input")
    assert not Campaign.objects.exists()
    call_command("demo", stdout=StringIO())
    assert digest() == first


def test_a_second_run_adds_nothing_and_prints_the_accounts_again(demo):
    before, printed = digest(), StringIO()
    call_command("demo", stdout=printed)
    assert "taskforce    Yanshi-2021  专班：张三，专班联络员" in printed.getvalue()
    assert digest() == before


def test_json_is_all_that_is_printed(demo, demo_made_once):
    printed = json.loads(demo_made_once)
    roles = {"system_admin", "lead", "department", "task_force", "operator", "leader", "auditor"}
    assert roles < set(printed)
    assert all(set(entry) == {"username", "password"} for entry in printed.values())


@pytest.mark.parametrize("role", sorted(accounts()))
def test_every_role_can_sign_in(demo, client, role):
    response = client.post("/login/", accounts()[role])
    assert response.status_code == 302
    assert "_auth_user_id" in client.session


def test_nobody_else_can_sign_in(demo):
    others = User.objects.exclude(username__in=[entry["username"] for entry in accounts().values()])
    assert others.count() > 40
    assert not any(user.has_usable_password() for user in others)


def test_what_each_role_sees(demo):
    def seen(role):
        return hazards_for(User.objects.get(username=accounts()[role]["username"]))

    whole = Hazard.objects.count()
    assert seen("lead").count() == seen("leader").count() == seen("assessor").count() == whole
    assert seen("system_admin").count() == seen("auditor").count() == 0
    for role in ("department", "department_2", "task_force", "operator"):
        assert 0 < seen(role).count() < whole
    for role in ("lead", "department", "department_2"):
        assert set(seen(f"{role}_reviewer")) == set(seen(role)), "who reviews sees what who fills in sees"
    assert set(seen("task_force")) == set(seen("task_force_2"))


def test_the_admin_keeps_base_data_only(demo):
    admin = User.objects.get(username=accounts()["system_admin"]["username"])
    assert admin.is_staff and not admin.is_superuser
    assert admin.has_perms(["parks.change_park", "accounts.add_user", "campaigns.change_phase"])
    assert not admin.has_perm("hazards.view_hazard")
    assert not admin.has_perm("accounts.view_auditentry")
    assert not Membership.objects.filter(user=admin).exclude(role=Role.SYSTEM_ADMIN).exists()


def test_size_and_proportions(demo):
    total = Hazard.objects.count()
    assert 380 <= total <= 420
    assert demo.today() == TODAY
    by_status = {status: Hazard.objects.filter(status=status).count() for status in Status}
    assert by_status[Status.VOID] == 4
    unfinished = total - by_status[Status.VOID] - by_status[Status.CLOSED]
    assert 0.1 < unfinished / total < 0.16
    assert Hazard.objects.filter(level=Level.MAJOR).count() == 10
    assert 0.15 < Hazard.objects.filter(on_the_spot=True).count() / total < 0.25
    assert Hazard.objects.filter(overdue(TODAY)).count() > 8
    assert StatusChange.objects.filter(action=Action.REJECT).count() > 10
    assert Inspection.objects.count() == 250
    assert Enforcement.objects.count() == 25
    assert Enterprise.objects.count() >= 140
    assert not Park.objects.exclude(hazards__isnull=False).exists()
    months = {day.month for day in Hazard.objects.values_list("found_on", flat=True)}
    assert months == {7, 8, 9, 10, 11}
    week = demo.last_full_week(TODAY)
    assert Hazard.objects.filter(closed_on__range=(week.start, week.end)).exists()


def test_every_history_could_have_happened(demo):
    """Replayed through the workflow table: status, order of time, rights of each person, evidence."""
    scope = cache(scope_of)
    changes = StatusChange.objects.select_related("hazard", "by", "hazard__submitted_by").order_by(
        "hazard_id", "version"
    )
    told = {pk: list(rows) for pk, rows in groupby(changes, key=lambda change: change.hazard_id)}
    photos = set(Photo.objects.values_list("change_id", "kind"))
    assert set(told) == set(Hazard.objects.values_list("pk", flat=True))
    for rows in told.values():
        hazard, status, submitter = rows[0].hazard, "", None
        for version, change in enumerate(rows, start=1):
            step = STEPS[Action(change.action)]
            assert change.version == version
            assert change.from_status == status
            assert (status in step.sources) if status else not step.sources
            assert change.to_status == (step.target or status)
            if status:
                assert may_take(scope(change.by), Action(change.action), hazard), (hazard.number, change)
            else:
                assert step.parties(hazard.level) & parties_towards(scope(change.by), hazard)
            if change.action == Action.SUBMIT and hazard.level == Level.MAJOR:
                assert Action.COMMIT in [row.action for row in rows[: version - 1]]
            if "photos" in step.asks:
                assert (change.pk, PhotoKind.AFTER) in photos
            if change.action in (Action.SUBMIT, Action.REPORT_FIXED):
                submitter = change.by
            if change.action == Action.ACCEPT:
                assert hazard.submitted_by == submitter
                assert why_not_accept(change.by, hazard) == ""
            status = change.to_status
        assert status == hazard.status
        assert hazard.version == len(rows)
        assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_procedures_stand_beside_the_hazards_as_their_histories_tell(demo):
    """Each row is one that its hazard's history tells of, and says the same days and people."""
    outcomes = sorted(Extension.objects.values_list("outcome", flat=True))
    assert outcomes == sorted([Outcome.AGREED, Outcome.REFUSED, Outcome.WAITING])
    for row in Extension.objects.exclude(outcome=Outcome.WAITING):
        assert row.decided_by != row.asked_by and row.asked_on <= row.decided_on < TODAY
        due_on = row.to_due_on if row.outcome == Outcome.AGREED else row.from_due_on
        assert row.hazard.due_on == due_on and row.hazard.original_due_on == row.from_due_on
    assert sorted(Referral.objects.values_list("outcome", flat=True)) == [Outcome.AGREED, Outcome.WAITING]
    for row in Referral.objects.all():
        assert row.hazard.responsible_department == row.receiver != row.sender
        assert row.hazard.status == Status.REPORTED
    listed = Supervision.objects.get()
    assert listed.hazard.level == Level.MAJOR and listed.lifted_on is None
    assigned = StatusChange.objects.filter(action=Action.ASSIGN, hazard__level=Level.MAJOR).count()
    assert Commitments.objects.count() == assigned > 5
    assert not Hazard.objects.filter(commitments__isnull=False, clause="").exists()
    held = JointEnforcement.objects.get()
    assert held.units.count() == 4
    told = StatusChange.objects.filter(action=Action.JOINT).values_list("hazard", flat=True)
    assert set(told) == set(held.hazards.values_list("pk", flat=True)) and listed.hazard_id in told
    assert Hazard.objects.filter(joint_asked_on__isnull=False).get().is_open


def test_history_lies_in_working_hours_before_the_demo_date(demo):
    for at, on in StatusChange.objects.values_list("at", "on"):
        local = timezone.localtime(at)
        assert 8 <= local.hour <= 18
        assert local.date() == on < TODAY


def test_numbers_follow_the_reports_and_go_on(demo):
    numbers = list(Hazard.objects.order_by("reported_at", "number").values_list("number", flat=True))
    assert numbers == [f"LG-2021-{serial:04d}" for serial in range(1, len(numbers) + 1)]
    assert next_number(demo, 2021) == f"LG-2021-{len(numbers) + 1:04d}"


def test_photos_are_there(demo, demo_media):
    assert Photo.objects.filter(kind=PhotoKind.BEFORE).values("hazard").distinct().count() > 60
    names = {name for row in Photo.objects.values_list("image", "thumbnail", "original") for name in row}
    assert len(names) <= len(SCENES) * 2 * 3
    storage = FileSystemStorage(demo_media)
    assert all(1_000 < storage.size(name) < 60_000 for name in names)


def test_descriptions_fit_their_category(demo):
    by_number = {row.order: row.pk for row in demo.categories.all()}
    for pattern in PATTERNS + MAJOR_PATTERNS:
        start = re.split(r"[{]", pattern.text)[0]
        if len(start) > 6:
            found = Hazard.objects.filter(description__startswith=start)
            assert not found.exclude(category=by_number[pattern.category]).exists()
    assert len(set(Hazard.objects.values_list("description", flat=True))) > 150


def test_no_real_person_or_phone(demo):
    text = json.dumps(
        [
            list(map(str, model.objects.values_list()))
            for label in CONTENT
            for model in apps.get_app_config(label).get_models()
        ],
        ensure_ascii=False,
    )
    mobiles = set(re.findall(r"(?<![0-9a-f])1[3-9]\d{9}(?![0-9a-f])", text))
    assert mobiles and all(mobile.startswith("1380000") for mobile in mobiles)
    assert "联系人" not in text
    assert "@" not in "".join(User.objects.values_list("email", flat=True))


def test_the_last_full_week_is_compiled_for_every_unit(demo):
    week = demo.last_full_week(TODAY)
    rows = Report.objects.filter(campaign=demo, form="weekly", period_end=week.end)
    assert rows.count() == 9
    assert rows.get(department=None).figures["cumulative"]["found"] > 300


def weekly_state(demo, weeks_back):
    """Short name of the unit, "" the whole → its issues of the week, oldest first."""
    end = demo.last_full_week(TODAY).end - timedelta(weeks=weeks_back)
    rows = Report.objects.filter(campaign=demo, form="weekly", period_end=end).order_by("issue")
    found = {}
    for report in rows.select_related("department"):
        found.setdefault(report.department.short_name if report.department else "", []).append(report)
    return found


def test_reports_of_the_last_weeks_were_signed_by_two_people(demo):
    states = {name: issues[-1].state for name, issues in weekly_state(demo, 0).items()}
    assert set(states.values()) == set(ReportState)
    assert states[""] == states["消防大队"] == ReportState.DRAFT, "for those who sign in to fill in"
    assert states["新城中心"] == ReportState.FILLED
    signed = Report.objects.filter(campaign=demo, state=ReportState.ISSUED).select_related("department")
    assert signed.count() > 40
    scope = cache(scope_of)
    for report in signed:
        moments = [report.compiled_at, report.filled_at, report.reviewed_at, report.issued_at]
        assert moments == sorted(moments)
        assert report.period_end < timezone.localdate(moments[0]) and moments[-1].date() < TODAY
        assert report.filled_by not in (report.reviewed_by, report.issued_by)
        for person in (report.filled_by, report.reviewed_by, report.issued_by):
            assert may_work_on(scope(person), demo, report.department)


def test_some_reports_were_late_nil_missing_or_issued_again(demo):
    lines = grid(
        scope_of(User.objects.get(username="lead")),
        demo,
        FORMS["weekly"],
        periods_to_report(FORMS["weekly"], demo, TODAY, 6)[1:],
        demo.now(),
    )
    stood = [cell.handed_in for line in lines for cell in line.cells if cell.handed_in]
    assert set(stood) == set(HandedIn) - {HandedIn.WAITING}
    assert stood.count(HandedIn.ON_TIME) > stood.count(HandedIn.LATE) + stood.count(HandedIn.MISSING)
    for name in ("新城中心", ""):
        first, second = weekly_state(demo, 1)[name]
        assert "已作废" in second.reason
        assert second.figures["cumulative"]["found"] == first.figures["cumulative"]["found"] - 1
        assert [change["slug"] for change in second.changes if change["gone"]]
    assert ReportReminder.objects.get().department.short_name == "消防大队"
    assert ReportStep.objects.filter(action=ReportAction.RETURN).exists()


def test_a_supervision_letter_was_issued_and_answered(demo):
    letter = SupervisionLetter.objects.get()
    assert letter.rows.exists()
    assert all(row.days_over for row in letter.rows.all())
    answer = letter.replies.get()
    assert letter.issued_on < answer.on <= letter.reply_by
    assert answer.by.department == letter.department


def test_what_units_owed_is_done_once_their_report_is_issued(demo):
    end = demo.last_full_week(TODAY).end
    start = end - timedelta(days=6)
    owed = Occurrence.objects.filter(campaign=demo, report__form="taizhou-2", starts_on=start)
    done = {row.department.short_name for row in owed.exclude(done_on=None).select_related("department")}
    issued = {name for name, rows in weekly_state(demo, 0).items() if rows[-1].is_issued}
    assert done == issued and owed.count() == 8


def test_due_work_is_mostly_done_and_some_waits(demo):
    past = Occurrence.objects.filter(campaign=demo, due_on__lt=TODAY)
    total = past.count()
    assert total > 1_000
    assert 0.04 < past.filter(done_on=None).count() / total < 0.08
    assert 0.04 < past.filter(done_on__gt=F("due_on")).count() / total < 0.12
    recent = past.filter(done_on=None, due_on__gte=TODAY - timedelta(days=21)).count()
    assert recent > 20, "what is open is mostly of late"
    week = demo.week_of(TODAY)
    this_week = Occurrence.objects.filter(campaign=demo, due_on__range=(TODAY, week.end))
    assert 0 < this_week.filter(done_on=None).count() < this_week.count()
    assert not Occurrence.objects.filter(due_on=None).exclude(done_on=None).exists()


def test_work_was_done_by_those_who_may_within_its_span(demo):
    scope = cache(scope_of)
    rows = Completion.objects.select_related("occurrence__task_force", "occurrence__campaign", "by")
    assert rows.count() > 1_000
    for row in rows:
        due = row.occurrence
        assert due.done_on == row.on < TODAY and timezone.localtime(row.at).date() == row.on
        assert due.starts_on is None or row.on >= due.starts_on
        assert may_complete(scope(row.by), due), due
    notes = set(rows.exclude(note="").values_list("note", flat=True))
    assert len(notes) > 60 and not any("{" in note for note in notes)


def test_work_has_pictures_and_units_have_contacts(demo, demo_media):
    files = Evidence.objects.all()
    assert 60 < files.count() < 300
    storage = FileSystemStorage(demo_media)
    for name, small, size in files.values_list("file", "thumbnail", "size"):
        assert storage.size(name) == size and storage.exists(small)
    units = demo.unit_rows.filter(kind=UnitKind.MEMBER).count()
    assert UnitContact.objects.filter(campaign=demo).count() == units * 3
    assert UnitDuty.objects.filter(campaign=demo).values("department").distinct().count() == units


def test_the_work_list_opens_for_every_role(demo, client):
    for role in accounts():
        client.force_login(User.objects.get(username=accounts()[role]["username"]))
        response = client.get(reverse("campaigns:work"))
        assert response.status_code == 200
        idle = {"system_admin", "operator", "auditor"}
        assert bool(response.context.get("groups")) == (role not in idle), role
