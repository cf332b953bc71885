"""Registers that single plans keep: contractors, rules to be made, places to be dealt with, check-ups."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from campaigns.edits import StaleEdit, mark_of_row
from campaigns.enums import DisposalKind, Extra, PartyGroup, Rhythm, WorkKind
from campaigns.models import (
    Contractor,
    ContractorEntry,
    Disposal,
    IntegrityRecord,
    Occurrence,
    Provision,
    Responsibility,
    WorkItem,
)
from campaigns.registers import actions as register_actions
from campaigns.registers import disposal_actions
from campaigns.registers.checkups import checkups_of
from campaigns.registers.lights import disposal_light, entry_light, provision_light
from campaigns.work.sync import sync_occurrences
from parks.models import Trait
from tests import factories

TODAY = date(2021, 9, 15)
BAD_CODE = "911100006000373410"
GOOD_CODE = "91110000600037341L"


@pytest.fixture
def kept(world):
    """The campaign keeps every register; one contractor has entries in both parks."""
    world.campaign.extras = [extra.value for extra in Extra]
    world.campaign.save()
    world.contractor = Contractor.objects.create(
        campaign=world.campaign, name="甲乙建设公司", contact_name="王五", contact_phone="13800005555"
    )
    world.entry_a = entry(world, world.park_a, applied_by=world.tf_a)
    world.entry_b = entry(world, world.park_b, applied_by=world.tf_b, work="乙园专用作业")
    world.provision = Provision.objects.create(
        campaign=world.campaign, department=world.xincheng, park=world.park_a, name="承包商管理办法"
    )
    world.disposal = Disposal.objects.create(
        campaign=world.campaign,
        park=world.park_a,
        kind=DisposalKind.VACATE,
        department=world.xincheng,
        year=2021,
        quarter=3,
    )
    return world


def entry(world, park, **facts):
    facts = {"work": "屋面检修", "applied_on": date(2021, 9, 1)} | facts
    return ContractorEntry.objects.create(contractor=world.contractor, park=park, **facts)


def see(client, who, name, /, *args, **query):
    client.force_login(who)
    return client.get(reverse(f"campaigns:{name}", args=args), query)


def send(client, who, name, /, *args, **data):
    client.force_login(who)
    return client.post(reverse(f"campaigns:{name}", args=args), data)


def text(response):
    return response.content.decode()


REGISTERS = ("contractors", "provisions", "disposals", "checkups", "traits")


def test_a_park_in_two_campaigns_is_offered_once(kept, client):
    factories.TaskForceFactory(campaign=kept.other, park=kept.park_a, order=9)
    form = see(client, kept.lead, "disposal_new").context["form"]
    assert [park.name for park in form.fields["park"].queryset] == ["甲园", "乙园"]
    assert [park.name for park in see(client, kept.lead, "contractors").context["parks"]] == ["甲园", "乙园"]


# --- Which registers there are -------------------------------------------------------------------------


def test_a_campaign_without_the_extra_has_no_such_pages(world, client):
    for name in ("registers", *REGISTERS, "contractor_new", "provision_new", "disposal_new"):
        assert see(client, world.lead, name).status_code == 404, name
    world.campaign.extras = ["provisions"]
    world.campaign.save()
    assert see(client, world.lead, "provisions").status_code == 200
    assert see(client, world.lead, "disposals").status_code == 404
    page = text(see(client, world.lead, "registers"))
    assert "制度措施清单" in page and "承包商登记" not in page


def test_overview_tells_where_each_register_stands(kept, client):
    page = text(see(client, kept.lead, "registers"))
    for words in ("在园 0 家，待审核 2 条", "共 1 项，已出台 0 项", "计划 1 处，待验收 0 处", "双报告"):
        assert words in page
    mine = text(see(client, kept.dept_jingfa, "registers"))
    assert "待审核 1 条" in mine and "共 0 项" in mine and "计划 0 处" in mine


def test_another_campaigns_registers_stay_out_of_sight(kept, client):
    kept.other.extras = [extra.value for extra in Extra]
    kept.other.save()
    for who in (kept.other_lead, kept.other_tf):
        for name in REGISTERS:
            page = text(see(client, who, name))
            assert not any(word in page for word in ("甲乙建设公司", "承包商管理办法", "甲园")), name
        for name, row in (
            ("contractor", kept.contractor),
            ("contractor_edit", kept.contractor),
            ("entry_new", kept.contractor),
            ("provision_edit", kept.provision),
            ("disposal_edit", kept.disposal),
        ):
            assert see(client, who, name, row.pk).status_code == 404, name
        for name, row in (
            ("entry_review", kept.entry_a),
            ("entry_withdraw", kept.entry_a),
            ("provision_delete", kept.provision),
            ("disposal_done", kept.disposal),
            ("disposal_accept", kept.disposal),
        ):
            assert send(client, who, name, row.pk).status_code == 404, name
    assert Disposal.objects.get().done_on is None and Provision.objects.exists()


def test_offices_have_no_registers(kept, client):
    for who in (kept.system_admin, kept.auditor):
        assert see(client, who, "registers").status_code == 404
        assert see(client, who, "contractors").status_code == 404


# --- Contractors ---------------------------------------------------------------------------------------


def test_entries_are_seen_by_park_and_conduct_by_all(kept, client):
    IntegrityRecord.objects.create(
        contractor=kept.contractor, on=TODAY, text="违章动火", recorded_by=kept.lead
    )
    assert "乙园专用作业" in text(see(client, kept.lead, "contractor", kept.contractor.pk))
    for who in (kept.tf_a, kept.dept_xincheng, kept.operator_a):
        page = text(see(client, who, "contractor", kept.contractor.pk))
        assert "屋面检修" in page and "乙园专用作业" not in page and "违章动火" in page
    # A member unit that leads no task force: the contractor and its conduct, no park's entry.
    page = text(see(client, kept.dept_xiaofang, "contractor", kept.contractor.pk))
    assert "违章动火" in page and "屋面检修" not in page


@pytest.mark.parametrize(
    ("who", "in_full"),
    [("lead", True), ("tf_a", True), ("dept_jingfa", True), ("leader", False), ("dept_xiaofang", False)],
)
def test_phone_is_for_those_whose_park_it_works_in(kept, client, who, in_full):
    for address in (("contractors",), ("contractor", kept.contractor.pk)):
        page = text(see(client, getattr(kept, who), *address))
        assert ("13800005555" in page) is in_full
        assert ("138****5555" in page) is not in_full
    edit = see(client, getattr(kept, who), "contractor_edit", kept.contractor.pk)
    assert edit.status_code == (200 if in_full else 403)


def test_search_and_states(kept, client):
    Contractor.objects.create(campaign=kept.campaign, name="另一家公司")

    def names(**query):
        return [row.name for row in see(client, kept.lead, "contractors", **query).context["rows"]]

    assert names(q="甲乙　建设") == ["甲乙建设公司"]
    assert names(q="屋\x00面") == ["甲乙建设公司"] and names(q="无此家") == []
    assert names(state="pending") == ["甲乙建设公司"] and names(state="expired") == []
    assert names(park=kept.park_b.pk) == ["甲乙建设公司"] and names(state="bad") == []
    assert len(names(state="nonsense", park="x")) == 2
    # What a person does not see they cannot search for either, by park.
    page = see(client, kept.tf_a, "contractors", park=kept.park_b.pk)
    assert page.context["park"] is None


def test_a_bad_credit_code_is_warned_of_and_kept(kept, client):
    response = send(client, kept.tf_a, "contractor_new", name="新承包商", credit_code=BAD_CODE)
    row = Contractor.objects.get(name="新承包商")
    assert response["Location"] == reverse("campaigns:contractor", args=[row.pk])
    page = text(client.get(response["Location"]))
    assert "统一社会信用代码校验不符" in page and row.credit_code == BAD_CODE
    Contractor.objects.filter(pk=row.pk).update(credit_code=GOOD_CODE)
    assert "校验不符" not in text(see(client, kept.tf_a, "contractor", row.pk))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": ""}, "请填写承包商"),
        ({"name": "甲乙建设 公司"}, "已登记同名承包商"),
        ({"name": "长" * 121}, "最多 120 字，现有 121 字"),
        ({"name": "可以", "note": "x\x00y"}, "不允许"),
    ],
)
def test_bad_contractor_is_refused_with_what_was_typed(kept, client, data, words):
    response = send(client, kept.lead, "contractor_new", contact_name="赵六", **data)
    assert response.status_code == 422
    assert words in text(response) and "赵六" in text(response)
    assert Contractor.objects.count() == 1


def test_readers_and_uninvolved_units_register_nothing(kept, client):
    for who in (kept.leader, kept.assessor, kept.dept_xiaofang):
        assert see(client, who, "contractor_new").status_code == 403
        assert see(client, who, "entry_new", kept.contractor.pk).status_code == 403
        assert see(client, who, "conduct_new", kept.contractor.pk).status_code == 403


def test_a_parks_people_apply_for_their_park_only(kept, client):
    data = {"work": "电气检测", "applied_on": "2021-09-15", "valid_until": "2021-12-31"}
    other = Contractor.objects.create(campaign=kept.campaign, name="电检公司")
    refused = send(client, kept.operator_a, "entry_new", other.pk, park=kept.park_b.pk, **data)
    assert refused.status_code == 422 and "请重新选择园区" in text(refused)
    send(client, kept.operator_a, "entry_new", other.pk, park=kept.park_a.pk, **data)
    row = other.entries.get()
    assert row.applied_by == kept.operator_a and row.passed is None
    again = send(client, kept.operator_a, "entry_new", other.pk, park=kept.park_a.pk, **data)
    assert again.status_code == 422 and "待审核" in text(again)
    # It registers and does not judge.
    assert send(client, kept.operator_a, "entry_review", row.pk, passed="yes").status_code == 403
    assert see(client, kept.operator_a, "conduct_new", other.pk).status_code == 403


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"applied_on": "2021-09-16"}, "日期不能晚于今天"),
        ({"valid_until": "2021-08-31"}, "有效期不能早于登记日期"),
        ({"applied_on": "2021-13-01"}, "请填写有效日期"),
        ({"work": ""}, "请填写作业内容"),
    ],
)
def test_bad_entry_is_refused(kept, client, changes, words):
    other = Contractor.objects.create(campaign=kept.campaign, name="电检公司")
    data = {"park": kept.park_a.pk, "work": "检测", "applied_on": "2021-09-01"} | changes
    response = send(client, kept.tf_a, "entry_new", other.pk, **data)
    assert response.status_code == 422 and words in text(response)
    assert not other.entries.exists()


def test_review_is_for_the_leading_unit_and_the_lead_and_never_for_the_applicant(kept, client):
    for who in (kept.tf_a, kept.tf_a2):
        assert send(client, who, "entry_review", kept.entry_a.pk, passed="yes").status_code == 403
    assert send(client, kept.dept_jingfa, "entry_review", kept.entry_a.pk, passed="yes").status_code == 404
    own = entry(kept, kept.park_a, applied_by=kept.lead)
    assert send(client, kept.lead, "entry_review", own.pk, passed="yes").status_code == 403
    send(client, kept.lead_2, "entry_review", own.pk, passed="yes")
    send(client, kept.dept_xincheng, "entry_review", kept.entry_a.pk, passed="yes", note="资质齐全")
    for row in (own, kept.entry_a):
        row.refresh_from_db()
        assert row.passed is True and row.reviewed_on == TODAY
    assert AuditEntry.objects.filter(act="审核承包商入园").count() == 2


def test_a_refusal_says_why_and_a_review_happens_once(kept):
    with pytest.raises(ValidationError, match="未通过的原因"):
        register_actions.review_entry(kept.entry_a, passed=False, note=" ", by=kept.lead)
    register_actions.review_entry(kept.entry_a, passed=False, note="没有资质", by=kept.lead)
    with pytest.raises(ValidationError, match="已经审核"):
        register_actions.review_entry(kept.entry_a, passed=True, note="", by=kept.lead_2)
    kept.entry_a.refresh_from_db()
    assert kept.entry_a.passed is False and kept.entry_a.reviewed_by == kept.lead


def test_withdrawn_by_the_applicant_until_reviewed(kept):
    with pytest.raises(PermissionDenied):
        register_actions.withdraw_entry(kept.entry_a, by=kept.tf_a2)
    register_actions.withdraw_entry(kept.entry_a, by=kept.tf_a)
    assert not ContractorEntry.objects.filter(pk=kept.entry_a.pk).exists()
    assert AuditEntry.objects.filter(act="撤回承包商入园登记").exists()
    register_actions.review_entry(kept.entry_b, passed=True, note="", by=kept.lead)
    with pytest.raises(ValidationError, match="不能撤回"):
        register_actions.withdraw_entry(kept.entry_b, by=kept.tf_b)


def test_conduct_is_noted_and_stays(kept, client):
    data = {"on": "2021-09-10", "good": "bad", "text": "未按方案施工"}
    data["opened"] = (
        see(client, kept.tf_a, "conduct_new", kept.contractor.pk).context["form"]["opened"].value()
    )
    for _ in range(2):  # sent twice, kept once
        assert send(client, kept.tf_a, "conduct_new", kept.contractor.pk, **data).status_code == 302
    late = send(client, kept.tf_a, "conduct_new", kept.contractor.pk, **data | {"on": "2021-09-20"})
    assert late.status_code == 422 and "未按方案施工" in text(late)
    record = IntegrityRecord.objects.get()
    assert (record.good, record.recorded_by) == (False, kept.tf_a)
    send(client, kept.lead, "contractor_delete", kept.contractor.pk)
    assert Contractor.objects.filter(pk=kept.contractor.pk).exists()
    assert "不良 1" in text(see(client, kept.lead, "contractors"))


def test_a_contractor_without_anything_is_deleted_with_a_trace(kept, client):
    other = Contractor.objects.create(campaign=kept.campaign, name="登记错的")
    assert send(client, kept.leader, "contractor_delete", other.pk).status_code == 403
    assert send(client, kept.lead, "contractor_delete", other.pk).status_code == 302
    assert not Contractor.objects.filter(pk=other.pk).exists()
    assert AuditEntry.objects.get(act="删除承包商").target == "登记错的"


def test_somebody_elses_change_is_not_overwritten(kept, client):
    opened = see(client, kept.lead, "contractor_edit", kept.contractor.pk).context["form"]["opened"].value()
    Contractor.objects.filter(pk=kept.contractor.pk).update(note="别人写的")
    data = {"name": "甲乙建设公司", "note": "我写的", "opened": opened}
    response = send(client, kept.lead, "contractor_edit", kept.contractor.pk, **data)
    page = text(response)
    assert response.status_code == 409 and "别人写的" in page and "我写的" in page
    kept.contractor.refresh_from_db()
    assert kept.contractor.note == "别人写的"
    data["opened"] = response.context["form"]["opened"].value()
    assert send(client, kept.lead, "contractor_edit", kept.contractor.pk, **data).status_code == 302
    kept.contractor.refresh_from_db()
    assert kept.contractor.note == "我写的"
    # Nor by somebody who leaves the mark out.
    with pytest.raises(StaleEdit):
        register_actions.save_contractor(kept.contractor, {"name": "新名"}, by=kept.lead)


@pytest.mark.parametrize(
    ("passed", "until", "light", "words"),
    [
        (None, None, "yellow", "待审核"),
        (False, None, "grey", "未通过"),
        (True, None, "green", "有效"),
        (True, date(2021, 9, 14), "red", "已过期 1 天"),
        (True, TODAY, "yellow", "今日到期"),
        (True, date(2021, 10, 15), "yellow", "30 天后到期"),
        (True, date(2021, 10, 16), "green", "有效"),
    ],
)
def test_light_of_an_entry(passed, until, light, words):
    assert entry_light(ContractorEntry(passed=passed, valid_until=until), TODAY) == (light, words)


# --- Rules to be made ----------------------------------------------------------------------------------


def test_rules_are_seen_by_unit_and_park(kept, client):
    everywhere = Provision.objects.create(
        campaign=kept.campaign, department=kept.lead_department, name="全域通用规定"
    )
    for who, seen in (
        ("lead", True), ("leader", True), ("dept_xincheng", True), ("tf_a", True), ("operator_a", True),
        ("dept_jingfa", False), ("tf_b", False), ("dept_xiaofang", False),
    ):  # fmt: skip
        page = text(see(client, getattr(kept, who), "provisions"))
        assert ("承包商管理办法" in page) is seen, who
        assert everywhere.name in page
        edit = see(client, getattr(kept, who), "provision_edit", kept.provision.pk).status_code
        may_edit = who in ("lead", "dept_xincheng")
        assert edit == (200 if may_edit else 403 if seen else 404), who


def test_a_unit_writes_its_own_rules_only(kept, client):
    data = {"name": "动火作业规定", "planned_on": "2021-10-31"}
    for who in (kept.leader, kept.tf_a, kept.operator_a):
        assert send(client, who, "provision_new", **data).status_code == 403
    foreign = send(client, kept.dept_xiaofang, "provision_new", department=kept.jingfa.pk, **data)
    assert foreign.status_code == 422 and "动火作业规定" in text(foreign)
    send(client, kept.dept_xiaofang, "provision_new", department=kept.xiaofang.pk, **data)
    row = Provision.objects.get(name="动火作业规定")
    assert row.department == kept.xiaofang and row.park is None
    # The view offers no other unit; the action refuses one whoever asks.
    with pytest.raises(ValidationError, match="您所在的单位"):
        register_actions.save_provision(
            row,
            {"name": row.name, "department": kept.jingfa},
            by=kept.dept_xiaofang,
            opened=mark_of_row(row, ["name", "department"]),
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issued_on": "2021-09-16"}, "日期不能晚于今天"),
        ({"document_number": "安委〔2021〕1号"}, "请同时填写出台日期"),
        ({"department": ""}, "请填写责任单位"),
    ],
)
def test_bad_rule_is_refused(kept, client, changes, words):
    data = {"name": "办法", "department": kept.xincheng.pk} | changes
    response = send(client, kept.lead, "provision_new", **data)
    assert response.status_code == 422 and words in text(response)
    assert Provision.objects.count() == 1


def test_what_is_issued_stays(kept, client):
    Provision.objects.filter(pk=kept.provision.pk).update(issued_on=TODAY)
    send(client, kept.lead, "provision_delete", kept.provision.pk)
    assert Provision.objects.filter(pk=kept.provision.pk).exists()
    Provision.objects.filter(pk=kept.provision.pk).update(issued_on=None)
    assert send(client, kept.tf_a, "provision_delete", kept.provision.pk).status_code == 403
    send(client, kept.dept_xincheng, "provision_delete", kept.provision.pk)
    assert not Provision.objects.exists()
    assert AuditEntry.objects.get(act="删除制度措施").user == kept.dept_xincheng


@pytest.mark.parametrize(
    ("planned", "issued", "light", "words"),
    [
        (None, None, "grey", "未定日期"),
        (None, TODAY, "on_time", "已出台"),
        (date(2021, 9, 10), None, "red", "逾期 5 天"),
        (date(2021, 9, 18), None, "yellow", "还有 3 天"),
        (date(2021, 9, 30), None, "green", "还有 15 天"),
        (date(2021, 9, 10), date(2021, 9, 12), "late", "逾期 2 天出台"),
        (date(2021, 9, 10), date(2021, 9, 10), "on_time", "按期出台"),
    ],
)
def test_light_of_a_rule(planned, issued, light, words):
    assert provision_light(Provision(planned_on=planned, issued_on=issued), TODAY, 3) == (light, words)


# --- Places to be dealt with ---------------------------------------------------------------------------


def test_plan_is_the_leads(kept, client):
    data = {
        "park": kept.park_b.pk, "kind": "rectify", "year": 2021, "quarter": 4, "department": kept.jingfa.pk,
    }  # fmt: skip
    for who in (kept.leader, kept.tf_b, kept.dept_jingfa, kept.operator_a):
        assert send(client, who, "disposal_new", **data).status_code == 403
    assert send(client, kept.lead, "disposal_new", **data).status_code == 302
    double = send(client, kept.lead, "disposal_new", **data)
    assert double.status_code == 422 and "已列入同类处置计划" in text(double)
    for changes, words in (({"year": 2023}, "请重新选择年度"), ({"quarter": 5}, "请重新选择季度")):
        response = send(client, kept.lead, "disposal_new", **data | changes)
        assert response.status_code == 422 and words in text(response)
    with pytest.raises(ValidationError, match="行动期内"):
        disposal_actions.save_disposal(Disposal(campaign=kept.campaign), {"year": 2030}, by=kept.lead)
    assert Disposal.objects.count() == 2


def test_board_by_quarter_with_totals_of_what_one_sees(kept, client):
    for park, quarter, done in ((kept.park_a, 4, TODAY), (kept.park_b, 3, TODAY), (kept.park_b, 4, None)):
        Disposal.objects.create(
            campaign=kept.campaign,
            park=park,
            kind=DisposalKind.REMOVE,
            department=kept.jingfa if park == kept.park_b else kept.xincheng,
            year=2021,
            quarter=quarter,
            done_on=done,
            done_by=kept.lead if done else None,
            accepted_on=done if park == kept.park_a else None,
        )
    context = see(client, kept.lead, "disposals").context
    assert [(q.number, len(q.rows)) for q in context["quarters"]] == [(3, 2), (4, 2)]
    totals = {t.label: (t.planned, t.done, t.accepted) for t in context["totals"]}
    assert totals == {"整治": (0, 0, 0), "改造": (0, 0, 0), "腾退": (1, 0, 0), "拔点": (3, 2, 1)}
    assert see(client, kept.dept_jingfa, "disposals").context["count"] == 2
    assert see(client, kept.tf_a, "disposals").context["count"] == 2
    assert see(client, kept.dept_xiaofang, "disposals").context["count"] == 0
    for query, count in (
        ({"kind": "remove"}, 3), ({"state": "waiting"}, 1), ({"state": "open"}, 2),
        ({"unit": kept.jingfa.pk}, 2), ({"unit": "x", "kind": "x", "state": "x"}, 4),
    ):  # fmt: skip
        assert see(client, kept.lead, "disposals", **query).context["count"] == count, query


def test_done_returned_done_accepted_by_somebody_else(kept, client):
    pk = kept.disposal.pk
    for who, status in ((kept.tf_a, 403), (kept.leader, 403), (kept.dept_jingfa, 404)):
        assert send(client, who, "disposal_done", pk, done_on="2021-09-14").status_code == status
    for day in ("2021-09-16", "2021-06-30", "昨天", "2021-02-30", ""):
        send(client, kept.dept_xincheng, "disposal_done", pk, done_on=day)
        assert Disposal.objects.get(pk=pk).done_on is None, day
    send(client, kept.dept_xincheng, "disposal_done", pk, done_on="2021-09-14")
    assert Disposal.objects.get(pk=pk).done_by == kept.dept_xincheng
    assert send(client, kept.dept_xincheng, "disposal_accept", pk).status_code == 403
    send(client, kept.lead, "disposal_return", pk, reason="")
    assert Disposal.objects.get(pk=pk).done_on == date(2021, 9, 14)
    send(client, kept.lead, "disposal_return", pk, reason="仍有人居住")
    row = Disposal.objects.get(pk=pk)
    assert row.done_on is None and row.acceptance_note == "仍有人居住"
    assert "退回：仍有人居住" in text(see(client, kept.dept_xincheng, "disposals"))
    send(client, kept.lead, "disposal_done", pk, done_on="2021-09-15")
    assert send(client, kept.lead, "disposal_accept", pk).status_code == 403
    send(client, kept.lead_2, "disposal_accept", pk, note="已清空")
    row = Disposal.objects.get(pk=pk)
    assert (row.accepted_on, row.accepted_by, row.acceptance_note) == (TODAY, kept.lead_2, "已清空")
    acts = list(AuditEntry.objects.filter(target=str(row)).order_by("pk").values_list("act", flat=True))
    assert acts == ["填报处置完成", "退回处置", "填报处置完成", "验收处置"]
    with pytest.raises(ValidationError, match="已经验收"):
        disposal_actions.return_disposal(row, reason="反悔", by=kept.lead_2)


def test_a_reported_line_neither_changes_nor_goes(kept, client):
    disposal_actions.report_done(kept.disposal, done_on=TODAY, by=kept.dept_xincheng)
    send(client, kept.lead, "disposal_delete", kept.disposal.pk)
    page = see(client, kept.lead, "disposal_edit", kept.disposal.pk)
    data = {
        name: page.context["form"][name].value() for name in ("park", "kind", "year", "department", "opened")
    }
    response = send(client, kept.lead, "disposal_edit", kept.disposal.pk, **data, quarter=4)
    assert response.status_code == 422 and "已填报完成" in text(response)
    assert Disposal.objects.get().quarter == 3
    disposal_actions.return_disposal(kept.disposal, reason="未完成", by=kept.lead)
    send(client, kept.lead, "disposal_delete", kept.disposal.pk)
    assert not Disposal.objects.exists() and AuditEntry.objects.filter(act="删除处置计划").exists()


@pytest.mark.parametrize(
    ("today", "note", "light", "words"),
    [
        (date(2021, 9, 15), "", "green", "还有 15 天"),
        (date(2021, 9, 30), "", "yellow", "今日到期"),
        (date(2021, 10, 2), "", "red", "逾期 2 天"),
        (date(2021, 10, 2), "没做完", "red", "退回重做，逾期 2 天"),
    ],
)
def test_light_of_a_place_is_its_quarters(today, note, light, words):
    row = Disposal(year=2021, quarter=3, acceptance_note=note)
    assert disposal_light(row, today, 3) == (light, words)
    row.done_on = today
    assert disposal_light(row, today, 3) == ("yellow", "待验收")
    row.accepted_on = today
    assert disposal_light(row, today, 3) == ("on_time", "已验收")


# --- Evaluations and drills ----------------------------------------------------------------------------


def test_checkups_tell_last_and_next_by_park(kept, client):
    item = WorkItem.objects.create(
        campaign=kept.campaign, order=1, title="应急演练", kind=WorkKind.DRILL, rhythm=Rhythm.MONTHLY
    )
    Responsibility.objects.create(item=item, group=PartyGroup.TASK_FORCES)
    sync_occurrences(kept.campaign)
    first = Occurrence.objects.filter(task_force=kept.task_force_a, item=item).order_by("due_on").first()
    first.done_on = date(2021, 7, 20)
    first.save()
    found = checkups_of(kept.campaign, [kept.park_a.pk, kept.park_b.pk], TODAY)
    evaluation, drill = found[kept.park_a.pk]
    assert (evaluation.words, evaluation.next_on) == ("方案未安排", None)
    assert (drill.last_on, drill.next_on) == (date(2021, 7, 20), date(2021, 8, 31))
    assert (drill.light, drill.words) == ("red", "逾期 15 天")
    assert found[kept.park_b.pk][1].next_on == date(2021, 7, 31)
    page = text(see(client, kept.tf_a, "checkups"))
    assert "甲园" in page and "乙园" not in page and "逾期 15 天" in page


def test_traits_count_enterprises_in_sight_only(kept, client):
    waste, fuel = Trait.objects.create(name="产废单位"), Trait.objects.create(name="加油站")
    gone = factories.EnterpriseFactory(park=kept.park_a, name="走了的厂", active=False)
    for firm in (kept.enterprise_a, kept.enterprise_b, gone):
        firm.traits.add(waste)
    context = see(client, kept.lead, "traits").context
    assert [(row.name, row.n) for row in context["traits"]] == [("产废单位", 2), ("加油站", 0)]
    assert [row.name for row in context["rows"]] == ["甲一纸品厂", "乙一印业"]
    context = see(client, kept.tf_b, "traits", trait=waste.pk).context
    assert context["traits"][0].n == 1 and [row.name for row in context["rows"]] == ["乙一印业"]
    assert not see(client, kept.lead, "traits", trait=fuel.pk).context["rows"]
    assert see(client, kept.lead, "traits", trait="x", page="9").context["chosen"] is None


def test_registers_cost_a_fixed_number_of_queries(kept, client, django_assert_max_num_queries):
    for number in range(20):
        row = Contractor.objects.create(campaign=kept.campaign, name=f"承包商{number}")
        for park in (kept.park_a, kept.park_b):
            ContractorEntry.objects.create(
                contractor=row, park=park, work="检修", applied_on=TODAY, applied_by=kept.tf_a
            )
        Provision.objects.create(campaign=kept.campaign, department=kept.xincheng, name=f"办法{number}")
        park = factories.TaskForceFactory(campaign=kept.campaign, department=kept.xincheng).park
        Disposal.objects.create(
            campaign=kept.campaign, park=park, kind="rectify", department=kept.xincheng, year=2021, quarter=3
        )
    client.force_login(kept.dept_xincheng)
    for name in ("registers", *REGISTERS):
        with django_assert_max_num_queries(22):
            client.get(reverse(f"campaigns:{name}"))
