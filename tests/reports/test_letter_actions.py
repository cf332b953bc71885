"""督办函: who issues it, its number and words, that it stays as it was issued, its reply, its voiding."""

import hashlib
import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from accounts.models import AuditEntry
from campaigns.models import Campaign
from hazards.enums import Action
from hazards.models import Hazard, StatusChange
from hazards.procedures import urge_actions
from reports.downloads import stored
from reports.letters import actions as letter_actions
from reports.models import LetterHazard, LetterReply, SupervisionLetter
from reports.models.letter import MOST_INSIDE
from tests.reports.letters import REPLY_BY, TODAY, issued, late_hazard, wish


def test_a_letter_is_composed_of_the_ledgers_facts(world):
    worst = late_hazard(world, 30, level="major", enterprise=world.enterprise_a)
    other = late_hazard(world, 2, task_force=world.task_force_b, park=world.park_b)
    coming = late_hazard(world, -5)
    letter = issued(world, coming, other, worst)
    assert letter.number == "LG督〔2021〕1号"
    assert letter.title == "关于限期整改逾期隐患的督办函"
    assert (letter.sender, letter.addressee) == ("市经济发展局", "市消防救援大队")
    assert letter.opening == (
        f"截至2021年9月15日，在{world.campaign.name}中由你单位负责整改的隐患，"
        "有2项（其中重大隐患1项，涉及2个园区）超过整改期限仍未完成整改，逾期最长的已达30天；"
        "另有1项尚未到期，一并督促，现予督办。"
    )
    assert letter.closing == "请于2021年9月24日前将办理情况书面回复市经济发展局。"
    rows = letter.rows.values_list("order", "hazard", "number", "park", "level", "days_over")
    assert list(rows) == [
        (1, worst.pk, worst.number, "甲园", "major", 30),
        (2, other.pk, other.number, "乙园", "general", 2),
        (3, coming.pk, coming.number, "甲园", "general", 0),
    ]
    assert letter.rows.get(order=1).place == "3号楼2层（甲一纸品厂）"
    assert not letter.annexed


def test_only_what_is_to_be_hurried(world):
    letter = issued(world, late_hazard(world, -5))
    assert letter.title == "关于督促整改隐患的督办函"
    assert "有1项（涉及1个园区）尚未完成整改，现予督促。" in letter.opening


def test_one_overdue(world):
    assert "有1项（涉及1个园区）超过整改期限仍未完成整改，已逾期10天，现予督办。" in issued(world).opening


def test_a_long_list_is_annexed(world):
    hazards = [late_hazard(world) for _ in range(MOST_INSIDE + 1)]
    assert issued(world, *hazards).annexed


def test_the_hazards_history_tells_of_it(world):
    hazard = late_hazard(world)
    letter = issued(world, hazard)
    change = StatusChange.objects.get(hazard=hazard)
    assert (change.action, change.note, change.by) == (Action.URGE, "督办函 LG督〔2021〕1号", world.lead)
    assert (change.from_status, change.to_status) == ("rectifying", "rectifying")
    assert change.facts == {"letter": letter.number}
    hazard.refresh_from_db()
    assert hazard.version == change.version == 2
    entry = AuditEntry.objects.get(act="印发督办函")
    assert (entry.user, entry.target) == (world.lead, "LG督〔2021〕1号 市消防救援大队")
    assert entry.detail == {"hazards": 1, "sha256": letter.sha256}


def test_a_letter_is_no_urging_of_the_day(world):
    """催办 once a day a hazard does not keep the lead bureau from writing on the same day."""
    hazard = late_hazard(world)
    urge_actions.urge(hazard.pk, by=world.lead)
    issued(world, hazard)
    assert hazard.changes.filter(action=Action.URGE).count() == 2


def test_numbers_follow_each_other_by_campaign_and_year_and_are_never_reused(world):
    first, second = late_hazard(world), late_hazard(world)
    letter = issued(world, first)
    letter_actions.void(letter.pk, by=world.lead, reason="发错单位")
    assert issued(world, first).number == "LG督〔2021〕2号"
    with pytest.raises(ValidationError):
        issued(world, second, requirement="")
    assert issued(world, second, by="lead_2").number == "LG督〔2021〕3号"
    Campaign.objects.filter(pk=world.campaign.pk).update(clock=date(2022, 1, 4))
    world.campaign.refresh_from_db()
    assert issued(world, first, reply_by=date(2022, 1, 10)).number == "LG督〔2022〕1号"


def test_the_workbook_is_sealed(world):
    letter = issued(world)
    content = stored(letter)
    assert hashlib.sha256(content).hexdigest() == letter.sha256
    Hazard.objects.update(description="改过的描述")
    letter.refresh_from_db()
    assert stored(letter) == content
    assert letter.rows.get().description == "灭火器过期，消火栓被货物遮挡"


@pytest.mark.parametrize("who", ["leader", "assessor", "dept_xiaofang", "tf_a", "operator_a", "other_lead"])
def test_only_the_lead_bureau_writes_and_voids(world, who):
    hazard = late_hazard(world)
    with pytest.raises(PermissionDenied):
        issued(world, hazard, by=who)
    assert not SupervisionLetter.objects.exists()
    letter = issued(world, hazard)
    with pytest.raises((PermissionDenied, SupervisionLetter.DoesNotExist)):
        letter_actions.void(letter.pk, by=getattr(world, who), reason="不要了")
    letter.refresh_from_db()
    assert letter.voided_on is None


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"requirement": " \n"}, "requirement", "请填写办理要求"),
        ({"requirement": "长" * 1001}, "requirement", "1000"),
        ({"reply_by": TODAY - timedelta(days=1)}, "reply_by", "不能早于今天（2021-09-15）"),
        ({"reply_by": date(2091, 9, 15)}, "reply_by", "超过一年"),
    ],
)
def test_bad_input_changes_nothing(world, asked, field, words):
    with pytest.raises(ValidationError) as fault:
        issued(world, **asked)
    assert words in fault.value.message_dict[field][0]
    assert not SupervisionLetter.objects.exists()
    assert not StatusChange.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "submitted"},
        {"status": "void"},
        {"backfilled": True},
        {"due_on": None},
        "another unit",
    ],
)
def test_what_is_not_for_the_unit_to_repair_is_named(world, facts):
    facts = {"responsible_department": world.jingfa} if facts == "another unit" else facts
    fine, wrong = late_hazard(world), late_hazard(world, **facts)
    with pytest.raises(ValidationError) as fault:
        issued(world, fine, wrong)
    assert wrong.number in fault.value.message_dict["hazards"][0]
    assert fine.number not in fault.value.message_dict["hazards"][0]
    assert not SupervisionLetter.objects.exists()
    assert not StatusChange.objects.exists()


def test_no_hazard_no_letter_and_no_strange_unit(world):
    with pytest.raises(ValidationError, match="请至少选择一条隐患"):
        letter_actions.issue(world.campaign, wish(world), by=world.lead)
    with pytest.raises(ValidationError, match="不是本专项行动的单位"):
        issued(world, late_hazard(world), unit=world.other.lead_department)


def test_a_form_sent_twice_makes_one_letter(world):
    first, second = late_hazard(world), late_hazard(world)
    issued(world, first)
    with pytest.raises(ValidationError, match="LG督〔2021〕1号，请勿重复印发"):
        issued(world, first)
    issued(world, first, second)
    assert SupervisionLetter.objects.count() == 2


def test_the_database_keeps_what_was_issued(world):
    letter = issued(world)
    letter_actions.reply(letter.pk, by=world.dept_xiaofang, text="已整改", on=TODAY)
    changes = [
        lambda: SupervisionLetter.objects.filter(pk=letter.pk).update(requirement="另一个要求"),
        lambda: LetterHazard.objects.update(days_over=0),
        lambda: LetterReply.objects.update(text="没有"),
    ]
    if connection.vendor == "postgresql":
        changes.append(lambda: SupervisionLetter.objects.filter(pk=letter.pk).delete())
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    letter_actions.void(letter.pk, by=world.lead, reason="发错")
    with pytest.raises(DatabaseError), transaction.atomic():
        SupervisionLetter.objects.filter(pk=letter.pk).update(voided_on=None, voided_by=None, void_reason="")


def test_the_unit_replies_and_may_add(world):
    letter = issued(world)
    row = letter_actions.reply(letter.pk, by=world.dept_xiaofang, text=" 已清理通道 ", on=TODAY)
    assert (row.text, row.on, row.by) == ("已清理通道", TODAY, world.dept_xiaofang)
    letter_actions.reply(letter.pk, by=world.lead, text="纸质回复：已整改", on=TODAY)
    assert letter.replies.count() == 2
    assert AuditEntry.objects.filter(act="回复督办函", target=letter.number).count() == 2


@pytest.mark.parametrize("who", ["leader", "dept_jingfa", "tf_a", "operator_a", "other_lead", "assessor"])
def test_nobody_else_replies(world, who):
    letter = issued(world)
    with pytest.raises((PermissionDenied, SupervisionLetter.DoesNotExist)):
        letter_actions.reply(letter.pk, by=getattr(world, who), text="已整改", on=TODAY)
    assert not LetterReply.objects.exists()


@pytest.mark.parametrize(
    ("text", "on", "words"),
    [
        (" ", TODAY, "请填写回复内容"),
        ("长" * 1001, TODAY, "1000"),
        ("已改", TODAY - timedelta(days=1), "不能早于印发日期"),
        ("已改", TODAY + timedelta(days=1), "不能晚于今天"),
    ],
)
def test_a_bad_reply_is_refused(world, text, on, words):
    letter = issued(world)
    with pytest.raises(ValidationError, match=words):
        letter_actions.reply(letter.pk, by=world.dept_xiaofang, text=text, on=on)
    assert not LetterReply.objects.exists()


def test_void_once_with_a_reason_and_then_no_reply(world):
    letter = issued(world)
    for reason in (" ", "长" * 201):
        with pytest.raises(ValidationError):
            letter_actions.void(letter.pk, by=world.lead, reason=reason)
    letter_actions.void(letter.pk, by=world.lead, reason="发错单位")
    letter.refresh_from_db()
    assert (letter.voided_on, letter.voided_by, letter.void_reason) == (TODAY, world.lead, "发错单位")
    with pytest.raises(ValidationError, match="已经作废"):
        letter_actions.void(letter.pk, by=world.lead, reason="再来")
    with pytest.raises(ValidationError, match="已作废"):
        letter_actions.reply(letter.pk, by=world.dept_xiaofang, text="已改", on=TODAY)
    assert stored(letter)
    assert AuditEntry.objects.get(act="作废督办函").detail == {"reason": "发错单位"}


def test_rows_and_replies_are_only_added(world):
    letter = issued(world)
    row = letter.rows.get()
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer")
def test_letters_at_once_get_numbers_of_their_own(world):
    hazards = [late_hazard(world) for _ in range(6)]
    start, faults = threading.Barrier(6), []

    def run(hazard):
        try:
            start.wait()
            letter_actions.issue(
                Campaign.objects.get(pk=world.campaign.pk),
                wish(world, hazard, reply_by=REPLY_BY),
                by=world.lead,
            )
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(hazard,)) for hazard in hazards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(SupervisionLetter.objects.values_list("serial", flat=True)) == [1, 2, 3, 4, 5, 6]
