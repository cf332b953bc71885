"""The procedures beside a hazard's status over the API: the same verbs, versions and refusals."""

from datetime import date

import pytest
from django.core.cache import cache

from hazards.enums import Level
from hazards.models import Hazard, JointEnforcement
from hazards.procedures import joint_actions
from tests.factories import HazardFactory
from tests.hazards.procedures import convene, rectifying, refer, reported, submitted
from tests.hazards.test_api import HAZARDS, client_of, step

JOINTS = "/api/v1/joint-enforcements/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def test_an_extension_over_the_api(world):
    hazard = rectifying(world)
    asked = {"to_due_on": "2021-09-30", "reason": "等待设备", "interim": "专人看守"}
    told = step(world.dept_xiaofang, hazard, "ask_extension", **asked).json()
    assert told["actions"] == ["progress", "submit", "refer"]
    assert told["extensions"][0]["outcome_text"] == "待答复"
    assert step(world.dept_xiaofang, hazard, "extend").status_code == 403
    done = step(world.lead, hazard, "extend", note="同意").json()
    assert (done["due_on"], done["original_due_on"]) == ("2021-09-30", "2021-09-20")
    row = done["extensions"][0]
    assert (row["asked_by"], row["decided_by"], row["decision_note"]) == ("消防甲", "牵头甲", "同意")
    again = step(world.lead, hazard, "refuse_extension", note="x")
    assert (again.status_code, again.json()["detail"]) == (400, "没有待审批的延期申请")
    past = step(world.dept_xiaofang, hazard, "ask_extension", **(asked | {"to_due_on": "2022-01-01"}))
    assert past.json()["errors"] == {"to_due_on": ["延期后的日期不能晚于行动结束日（2021-12-31）"]}


def test_a_referral_over_the_api(world):
    hazard = rectifying(world)
    foreign = step(world.lead, hazard, "refer", receiver=world.other.lead_department.pk, reason="归口")
    assert (foreign.status_code, list(foreign.json()["errors"])) == (400, ["receiver"])
    told = step(world.lead, hazard, "refer", receiver=world.jingfa.pk, reason="属执法职责").json()
    assert (told["status"], told["responsible_department"]["name"]) == ("reported", "市综合行政执法局")
    seen = client_of(world.dept_jingfa).get(f"{HAZARDS}{hazard.pk}/").json()
    assert seen["actions"] == ["receive", "decline"]
    assert step(world.lead, hazard, "receive").status_code == 403
    got = step(world.dept_jingfa, hazard, "receive", note="已收").json()
    assert got["referrals"][0]["answered_by"] == "执法甲"
    assert got["referrals"][0]["sender"]["name"] == "市消防救援大队"


def test_a_declined_one_leaves_sight_and_is_confirmed(world):
    hazard = refer(world, rectifying(world))
    said = step(world.dept_jingfa, hazard, "decline", note="不属于本单位")
    assert said.status_code == 200 and said.json()["referrals"][0]["outcome"] == "refused"
    assert client_of(world.dept_jingfa).get(f"{HAZARDS}{hazard.pk}/").status_code == 404


def test_what_a_major_hazard_needs_over_the_api(world):
    hazard = rectifying(world, Level.MAJOR)
    five = dict.fromkeys(("duty", "measures", "funds", "time_limit", "emergency_plan"), "已落实")
    lacking = step(world.dept_xiaofang, hazard, "commit", **(five | {"funds": " "}), clause="第三条")
    assert (lacking.status_code, list(lacking.json()["errors"])) == (400, ["funds"])
    told = step(world.dept_xiaofang, hazard, "commit", **five, clause="令第10号第三条").json()
    assert told["clause"] == "令第10号第三条" and told["commitments"]["by"] == "消防甲"
    days = {"regulator_on": "2021-09-14", "assembly_on": "2021-09-15"}
    told = step(world.tf_a, hazard, "tell", stage="discovery", **days).json()
    assert told["double_reports"][0]["stage_text"] == "排查发现"
    listed = {"supervision_level": "county", "number": "督1", "published_on": "2021-09-15"}
    assert step(world.tf_a, hazard, "supervise", **listed, limit="2021-11-14").status_code == 403
    told = step(world.lead, hazard, "supervise", **listed, limit="2021-11-14").json()
    row = told["supervisions"][0]
    assert (row["supervision_level_text"], row["due_on"], row["lifted_on"]) == (
        "县（市、区）级", "2021-11-14", None,
    )  # fmt: skip
    done = step(world.lead, hazard, "lift", note="险情排除").json()
    assert done["supervisions"][0]["lifted_by"] == "牵头甲"


def test_merged_over_the_api(world):
    kept, twice = reported(world), reported(world)
    assert step(world.tf_a, twice, "merge", same_as=kept.number).status_code == 403
    done = step(world.lead, twice, "merge", same_as=kept.number).json()
    assert (done["status"], done["same_as"]) == ("void", {"id": kept.pk, "number": kept.number})


@pytest.mark.parametrize(
    ("verb", "person", "given"),
    [
        ("refer", "lead", {"reason": "归口"}),
        ("ask_extension", "dept_xiaofang", {"to_due_on": "2021-09-30", "reason": "等", "interim": "看守"}),
        ("ask_joint", "tf_a", {"reason": "难"}),
        ("urge", "lead", {"note": "请抓紧"}),
    ],
)
def test_versions_are_asked_for_and_compared(world, verb, person, given):
    hazard, user = rectifying(world), getattr(world, person)
    if verb == "refer":
        given = given | {"receiver": world.jingfa.pk}
    url = f"{HAZARDS}{hazard.pk}/{verb}/"
    assert client_of(user).post(url, given).status_code == 428
    stale = client_of(user).post(url, given, headers={"If-Match": '"1"'})
    assert stale.status_code == 412 and stale.json()["current"]["version"] == hazard.version
    assert Hazard.objects.get(pk=hazard.pk).version == hazard.version
    done = client_of(user).post(url, given, headers={"If-Match": f'"{hazard.version}"'})
    assert done.status_code == 200 and done["ETag"] == f'"{hazard.version + 1}"'


# --- joint enforcement ------------------------------------------------------------------------------------


def body(world, *hazards, **changes):
    facts = {
        "title": "消防联合执法",
        "held_on": "2021-09-15",
        "units": [world.xiaofang.pk, world.jingfa.pk],
        "hazards": [hazard.pk for hazard in hazards],
    }
    return facts | changes


def test_a_joint_enforcement_over_the_api(world):
    hazard = rectifying(world)
    assert step(world.tf_a, hazard, "ask_joint", reason="难").json()["joint_asked_on"] == "2021-09-15"
    assert client_of(world.tf_a).post(JOINTS, body(world, hazard)).status_code == 403
    made = client_of(world.lead).post(JOINTS, body(world, hazard))
    assert made.status_code == 201 and made.json()["hazards"][0]["number"] == hazard.number
    told = client_of(world.tf_a).get(f"{HAZARDS}{hazard.pk}/").json()
    assert told["joint_asked_on"] is None
    assert [row["title"] for row in told["joint_enforcements"]] == ["消防联合执法"]
    again = client_of(world.lead).post(JOINTS, body(world, hazard))
    assert (again.status_code, list(again.json()["errors"])) == (400, ["title"])
    url = f"{JOINTS}{made.json()['id']}/void/"
    assert client_of(world.tf_a).post(url, {"reason": "x"}).status_code == 403
    assert client_of(world.tf_b).post(url, {"reason": "x"}).status_code == 404
    assert client_of(world.lead).post(url, {"reason": ""}).status_code == 400
    assert client_of(world.lead).post(url, {"reason": "录错"}).json()["void_reason"] == "录错"
    assert client_of(world.lead).post(url, {"reason": "录错"}).status_code == 409
    told = client_of(world.tf_a).get(f"{HAZARDS}{hazard.pk}/").json()
    assert told["joint_enforcements"] == []


def test_records_that_cannot_be(world):
    hazard, closed = rectifying(world), submitted(world)
    Hazard.objects.filter(pk=closed.pk).update(
        status="closed", accepted_by=world.lead, closed_on=date(2021, 9, 15)
    )
    foreign = HazardFactory(task_force=world.task_force_c, category=world.other.categories.first())
    for changes, field in (
        ({"units": [world.xiaofang.pk]}, "units"),
        ({"units": [world.xiaofang.pk, world.other.lead_department.pk]}, "units"),
        ({"hazards": []}, "hazards"),
        ({"hazards": [closed.pk]}, "hazards"),
        ({"hazards": [foreign.pk]}, "hazards"),
        ({"held_on": "2021-09-16"}, "held_on"),
        ({"title": " "}, "title"),
    ):
        answer = client_of(world.lead).post(JOINTS, body(world, hazard, **changes))
        assert answer.status_code == 400, changes
        assert list(answer.json()["errors"]) == [field]
    assert not JointEnforcement.objects.exists()


def test_only_what_concerns_the_caller_is_listed(world):
    here, there = rectifying(world), HazardFactory(task_force=world.task_force_b)
    row = convene(world, here, there)
    joint_actions.ask_joint(here.pk, by=world.tf_a, reason="难")
    told = client_of(world.tf_a).get(JOINTS).json()["results"]
    assert [one["id"] for one in told] == [row.pk]
    assert [one["id"] for one in told[0]["hazards"]] == [here.pk]
    assert client_of(world.other_lead).get(JOINTS).json()["results"] == []
    assert client_of(world.other_lead).get(f"{JOINTS}{row.pk}/").status_code == 404
    other = client_of(world.lead).get(JOINTS, {"campaign": world.other.slug}).json()
    assert other["results"] == []
