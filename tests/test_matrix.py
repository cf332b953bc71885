"""Every address × GET and POST × every persona: what each one gets (security Z1, Z2).

The addresses come from the resolver, so a new one without a row fails here. A row says for each answer
who gets it; whoever is not named gets the answer of `rest`. Personas come from the `world` fixture; the
objects lie in its campaign, park_a, under xincheng, with xiaofang helping.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from django.apps import apps
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from campaigns.enums import Extra
from campaigns.models import Contractor, ContractorEntry, Disposal, Measure, Phase, Provision
from campaigns.work import actions as work_actions
from hazards import actions
from hazards.enums import EnforcementKind
from hazards.models import Hazard, Photo
from hazards.procedures import joint_actions
from hazards.saved import actions as saved_view_actions
from notices.models import Notice, Robot
from parks.models import DepartmentAlias
from reports.actions import Asked, compile_report, report_number
from reports.exports import actions as export_actions
from reports.exports import writing as export_writing
from reports.layouts import taizhou_3, weekly
from reports.ledger.actions import start_batch
from reports.letters import actions as letter_actions
from reports.plan_forms import actions as plan_import
from tests import factories, matrix_rows
from tests.hazards.test_actions import finding
from tests.hazards.test_check_results import visit_photo
from tests.matrix_rows import ADMIN_FREE, ANONYMOUS, ROWS, expected, expected_in_admin
from tests.notices.test_log import message
from tests.reports.plan_workbooks import duties
from tests.reports.workbooks import ledger, row

ADMIN = "admin:"


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver by its name, such as hazards:detail."""

    name: str
    pattern: str


def routes() -> Iterator[Route]:
    """All patterns of the resolver; those of the admin too."""

    def walk(patterns, prefix, space):
        for one in patterns:
            pattern = prefix + str(one.pattern)
            if isinstance(one, URLPattern):
                yield Route(f"{space}{one.name or pattern}", pattern)
            else:
                inside = f"{space}{one.namespace}:" if one.namespace else space
                yield from walk(one.url_patterns, pattern, inside)

    return walk(get_resolver().url_patterns, "", "")


NAMES = sorted({route.name for route in routes()})


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


@pytest.fixture
def places(world):
    """The arguments of each address, pointing at what lies in park_a."""
    for user in (world.system_admin, world.auditor):
        User.objects.filter(pk=user.pk).update(is_staff=True)
    hazard = actions.report(world.campaign, finding(world, photos=[factories.photo()]), by=world.tf_a)
    actions.assign(
        hazard.pk,
        by=world.lead,
        department=world.xincheng,
        due_on=date(2021, 9, 30),
        helping=[world.xiaofang],
    )
    shot = Photo.objects.get(hazard=hazard)
    facts = {"campaign": world.campaign, "enterprise": world.enterprise_a, "department": world.xincheng}
    inspection = factories.InspectionFactory(**facts, recorded_by=world.dept_xincheng)
    enforcement = factories.EnforcementFactory(**facts, recorded_by=world.dept_xincheng)
    visit_shot = visit_photo(inspection)
    power_cut = factories.EnforcementFactory(
        **facts, kind=EnforcementKind.POWER_CUT, recorded_by=world.dept_xincheng
    )
    report, _ = compile_report(
        Asked(world.campaign, world.xincheng, weekly.FORM, world.campaign.week_of(date(2021, 9, 15))),
        by=world.dept_xincheng,
    )
    DepartmentAlias.objects.create(department=world.xincheng, name="市交通运输局")
    prose, _ = compile_report(
        Asked(world.campaign, world.xincheng, taizhou_3.FORM, world.campaign.week_of(date(2021, 9, 15)))
    )
    export = written_export(world)
    letter = letter_actions.issue(
        world.campaign,
        letter_actions.Wish(world.xincheng, [hazard], "请整改", date(2021, 9, 30)),
        by=world.lead,
    )
    batch = start_batch(world.campaign, SimpleUploadedFile("台账.xlsx", ledger([row()])), by=world.tf_a)
    part = start_plan_import(world)
    notice = Notice.objects.create(
        user=world.tf_a,
        campaign=world.campaign,
        kind="assigned",
        hazard=hazard,
        due_on=hazard.found_on,
        text="已交办",
        created_at=shot.uploaded_at,
    )
    # Of no maker: the test message is refused before anything is sent.
    robot = Robot.objects.create(
        campaign=world.campaign, channel="wecom", name="工作群", address="https://x/"
    )
    mail = message(world.tf_a, notice)
    hazards = {"kwargs": {"pk": hazard.pk}}
    view = saved_view_actions.save_view(world.lead, world.campaign, name="重大", query="level=major")
    measure = Measure.objects.create(
        campaign=world.campaign, category=world.category, order=1, title="清理", due_on=date(2021, 9, 30)
    )
    return {
        "hazards:detail": hazards,
        **register_places(world),
        **work_places(world),
        **{
            f"hazards:photo {size}": {"kwargs": {"key": shot.key, "size": size}}
            for size in ("image", "thumbnail", "original")
        },
        "reports:compile": {"data": {"form": "weekly", "unit": world.xincheng.pk, "period": "2021-09-15"}},
        "reports:remind": {"data": {"form": "weekly", "unit": world.xincheng.pk, "period": "2021-09-12"}},
        "notices:read": {"kwargs": {"pk": notice.pk}},
        **{f"notices:{name}": {"kwargs": {"key": mail.pk}} for name in ("message", "retry")},
        **{
            f"notices:{name}": {"kwargs": {"pk": robot.pk}}
            for name in ("robot", "robot_switch", "robot_test")
        },
        "hazards:inspection_void": {"kwargs": {"pk": inspection.pk}},
        "hazards:enforcement_void": {"kwargs": {"pk": enforcement.pk}},
        "hazards:enforcement_restore": {
            "kwargs": {"pk": power_cut.pk},
            "data": {"restored_on": "2021-09-10"},
        },
        "hazards:inspection": {"kwargs": {"pk": inspection.pk}},
        **{
            f"hazards:inspection_photo {size}": {"kwargs": {"key": visit_shot.key, "size": size}}
            for size in ("image", "thumbnail", "original")
        },
        "parks:detail": {"kwargs": {"pk": world.park_a.pk}},
        "campaign:measure": {"kwargs": {"pk": measure.pk}},
        "campaign:unit": {"kwargs": {"pk": world.xincheng.pk}},
        **setup_places(world),
        "parks:enterprise": {"kwargs": {"pk": world.enterprise_a.pk}},
        **{key: {"kwargs": {"slug": "longgang-4"}} for key in ("reports:form", "reports:form_preview")},
        "reports:five_list": {"kwargs": {"which": "assigned"}},
        "hazards:five_list": {"kwargs": {"which": "assigned"}},
        "hazards:view": {"kwargs": {"pk": view.pk}, "data": {"do": "delete"}},
        **{
            f"reports:{name}": {"kwargs": {"pk": report.pk}}
            for name in ("detail", "download", "preview", "compare", *matrix_rows.SIGNING)
        },
        "reports:text": {"kwargs": {"pk": prose.pk}},
        **{
            f"reports:letter{name}": {"kwargs": {"pk": letter.pk}}
            for name in ("", "_download", "_reply", "_void")
        },
        "reports:figure": {"kwargs": {"pk": report.pk, "slug": "found"}},
        "reports:figure_by_number": {"kwargs": {"number": report_number(report), "slug": "found"}},
        **{
            f"reports:export{name}": {"kwargs": {"key": export.pk}}
            for name in ("", "_progress", "_cancel", "_again", "_download")
        },
        **{
            f"reports:import_{name}": {"kwargs": {"pk": batch.pk}}
            for name in ("detail", "progress", "retry", "aliases", "confirm", "undo", "faults")
        },
        **{
            f"reports:plan_import{verb}": {"kwargs": {"pk": part.pk}}
            for verb in ("", "_units", "_retry", "_confirm", "_undo")
        },
        **{
            f"hazards:act {verb}": {"kwargs": {"pk": hazard.pk, "action": verb}}
            for verb in matrix_rows.VERBS + matrix_rows.PROCEDURES
        },
        **{
            f"api:hazard-{verb.replace('_', '-')}": hazards
            for verb in ("detail", *matrix_rows.VERBS, *matrix_rows.PROCEDURES)
        },
        **joint_places(world, hazard),
        **{
            f"api:photo-{name}": {"kwargs": {"pk": shot.key}}
            for name in ("detail", "image", "thumbnail", "original")
        },
        "api:park-detail": {"kwargs": {"pk": world.park_a.pk}},
        "api:enterprise-detail": {"kwargs": {"pk": world.enterprise_a.pk}},
    }


def joint_places(world, hazard):
    """A joint enforcement about the hazard, of units that see it anyway."""
    units = [world.lead_department, world.xincheng]
    held = joint_actions.Gathering("联合执法", date(2021, 9, 15), units, [hazard])
    row = {"kwargs": {"pk": joint_actions.convene(world.campaign, held, by=world.lead).pk}}
    return dict.fromkeys(("hazards:joint", "hazards:joint_void", "api:joint-detail", "api:joint-void"), row)


def setup_places(world):
    """A phase of the plan, and a task force to put people into."""
    phase = Phase.objects.create(campaign=world.campaign, order=1, name="排查整治", needs_confirmation=True)
    row = {"part": "phases", "pk": phase.pk}
    return {
        **{f"campaigns:{name}": {"kwargs": {"part": "phases"}} for name in ("part", "part_new")},
        **{
            f"campaigns:{name}": {"kwargs": row}
            for name in ("part_edit", "part_delete", "part_move", "part_confirm")
        },
        **{
            f"campaigns:{name}": {"kwargs": {"pk": world.task_force_a.pk}}
            for name in ("member_add", "member_remove")
        },
    }


def work_places(world):
    """What the task force of park_a owes, and a record with a picture that its first member made."""
    item = factories.work_item(world.campaign)
    owed = factories.occurrence(world.task_force_a, item)
    other = factories.occurrence(world.task_force_a, item, period="2021-09-01")
    done = work_actions.complete(other.pk, by=world.tf_a, files=[factories.photo()])
    file = done.evidence.get()
    return {
        **{f"campaigns:{name}": {"kwargs": {"pk": owed.pk}} for name in ("work_detail", "complete")},
        "campaigns:revoke": {"kwargs": {"pk": done.pk}},
        "campaigns:revoke_many": {"data": {"completion": [done.pk]}},
        **{
            f"campaigns:evidence {size}": {"kwargs": {"key": file.pk, "size": size}}
            for size in ("file", "thumbnail")
        },
    }


def register_places(world):
    """Rows of the registers that single plans keep, in park_a; and the files of its enterprises."""
    campaign, unit = world.campaign, world.xincheng
    campaign.extras = [extra.value for extra in Extra]
    campaign.save()
    contractor = Contractor.objects.create(campaign=campaign, name="承包商甲")
    entry = ContractorEntry.objects.create(
        contractor=contractor,
        park=world.park_a,
        work="检修",
        applied_on=date(2021, 9, 1),
        applied_by=world.tf_a,
    )
    provision = Provision.objects.create(
        campaign=campaign, department=unit, park=world.park_a, name="管理办法"
    )
    disposal = Disposal.objects.create(
        campaign=campaign, park=world.park_a, kind="vacate", department=unit, year=2021, quarter=3
    )
    rows = {
        contractor: ("contractor", "contractor_edit", "contractor_delete", "entry_new", "conduct_new"),
        entry: ("entry_review", "entry_withdraw"),
        provision: ("provision_edit", "provision_delete"),
        disposal: tuple(f"disposal_{verb}" for verb in ("edit", "delete", "done", "accept", "return")),
    }
    firm = [f"parks:enterprise_{verb}" for verb in ("edit", "risk", "leave", "return")]
    return {
        **{f"campaigns:{name}": {"kwargs": {"pk": row.pk}} for row, names in rows.items() for name in names},
        **{
            name: {"kwargs": {"pk": world.park_a.pk}}
            for name in ("parks:edit", "parks:risk", "parks:enterprise_new")
        },
        **{name: {"kwargs": {"pk": world.enterprise_a.pk}} for name in firm},
    }


def written_export(world):
    """A list that tf_a had written in the background."""
    wish = export_actions.Wish(world.campaign, "ledger", "", "清单.xlsx", 1)
    export = export_actions.ask(wish, by=world.tf_a, now=timezone.now())
    export_writing.write(export.pk)
    return export


def start_plan_import(world):
    """An official form that waits for confirmation."""
    file = SimpleUploadedFile("责任清单.xlsx", duties(["市消防救援大队", "消防安全"]))
    return plan_import.start(world.campaign, file, plan_import.read_form(file), by=world.lead)


def people(world):
    return {ANONYMOUS: None, **world.personas()}


def ask(user, method, url, data=None):
    """The status that a person's request gets; nothing that it does is kept."""
    client = Client()
    with transaction.atomic():
        if user is not None:
            client.force_login(user)
        status = getattr(client, method.lower())(url, data or {}).status_code
        transaction.set_rollback(True)
    return status


def test_every_address_has_a_row():
    told = {name.split()[0] for name in ROWS}
    there = {name for name in NAMES if not name.startswith(ADMIN)}
    assert there - told == set(), "addresses without a row in tests/matrix_rows.py"
    assert told - there == set(), "rows without an address"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ROWS)
def test_what_each_person_gets(world, places, name, method):
    place = places.get(name, {})
    url = reverse(name.split()[0], kwargs=place.get("kwargs"))
    got = {who: ask(user, method, url, place.get("data")) for who, user in people(world).items()}
    assert got == {who: expected(name, method, who) for who in got}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_change_nothing(world, places, method):
    """Whoever sees an address at all is told that it does not take the method."""
    for name in sorted({name.split()[0]: name for name in ROWS}.values()):
        if name.startswith("accounts:") or (name, method) == ("api:token", "DELETE"):
            continue
        url = reverse(name.split()[0], kwargs=places.get(name, {}).get("kwargs"))
        assert ask(world.lead, method, url) in (405, 403, 404), name
    assert Hazard.objects.count() == 1


def admin_address(name):
    """The address of an admin pattern, at some row of its model where it needs one; None without rows."""
    what = name.removeprefix(ADMIN)
    if what.endswith(("_change", "_delete", "_history")) and what.count("_") == 2:
        app, model, _ = what.split("_")
        first = apps.get_model(app, model).objects.order_by("pk").first()
        return reverse(name, args=[first.pk]) if first else None
    return {
        "app_list": lambda: reverse(name, args=["parks"]),
        "view_on_site": lambda: reverse(name, args=[1, 1]),
        "auth_user_password_change": lambda: reverse(name, args=[User.objects.first().pk]),
    }.get(what, lambda: reverse(name))()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_admin_is_for_two_offices(world, places, method):
    wrong, asked = [], 0
    for name in NAMES:
        if not name.startswith(ADMIN) or name in ADMIN_FREE or "/" in name:
            continue
        if (url := admin_address(name)) is None:
            continue
        for who in (ANONYMOUS, "lead", "tf_a", "system_admin", "auditor"):
            status = ask(people(world)[who], method, url)
            asked += 1
            if status not in expected_in_admin(name, who):
                wrong.append((name, who, status))
    assert not wrong, "\n".join(map(str, wrong))
    assert asked > 150
