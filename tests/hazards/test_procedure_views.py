"""What a hazard's page tells of the procedures beside its status, and how its verbs are laid out."""

from datetime import date

import pytest
from django.urls import reverse

from campaigns.enums import Extra
from hazards import actions
from hazards.enums import Level, ReportStage, Status
from hazards.models import Commitments, Extension, Hazard, JointEnforcement, Referral, Supervision
from hazards.procedures import extension_actions, joint_actions, major_actions, referral_actions
from tests.factories import HazardFactory, commit_all_five, photo
from tests.hazards.procedures import (
    DUE,
    LATER,
    TODAY,
    convene,
    rectifying,
    refer,
    reported,
    submitted,
    supervise,
)
from tests.hazards.test_views import open_page, send

ASKED = {"to_due_on": "2021-09-30", "reason": "等待定制设备", "interim": "专人看守，停用设备"}


def text_of(client, user, hazard):
    return open_page(client, user, hazard).content.decode()


def ask(world, hazard):
    return extension_actions.ask_extension(
        hazard.pk, by=world.dept_xiaofang, to_due_on=LATER, reason="等待定制设备", interim="专人看守"
    )


def places(page):
    """Where the page puts the verbs: beside what is asked, first, folded away."""
    desk = page.context["desk"]
    return (
        sorted(desk.answers),
        [form.action.value for form in desk.main],
        [form.action.value for form in desk.more],
    )


# --- what is told ------------------------------------------------------------------------------------------


def test_nothing_empty_is_shown(client, world):
    text = text_of(client, world.lead, rectifying(world))
    for word in ('id="major"', 'id="procedures"', 'id="waiting"', "判定依据", "相关隐患"):
        assert word not in text, word


def test_a_waiting_extension_is_decided_where_it_is_shown(client, world):
    hazard = ask(world, rectifying(world))
    page = open_page(client, world.lead, hazard)
    text = page.content.decode()
    for words in ("延期申请，待审批", "2021-09-20 → <b>2021-09-30</b>", "消防甲（消防大队），2021-09-15",
                  "等待定制设备", "专人看守", "等待牵头单位审批延期，市消防救援大队继续整改"):  # fmt: skip
        assert words in text, words
    assert places(page)[0] == ["extend", "refuse_extension"]
    assert text.count('action="' + reverse("hazards:act", args=[hazard.pk, "extend"])) == 1
    waiting = open_page(client, world.dept_xiaofang, hazard)
    assert places(waiting)[0] == [] and "延期申请，待审批" in waiting.content.decode()
    assert send(client, world.lead, hazard, "extend", note="可以").status_code == 302
    text = text_of(client, world.dept_xiaofang, hazard)
    assert "延期申请，待审批" not in text
    for words in ("同意", "2021-09-20", "2021-09-30", "牵头甲，2021-09-15", "可以", "原定 2021-09-20"):
        assert words in text, words


def test_a_referral_is_answered_by_its_receiver(client, world):
    hazard = refer(world, rectifying(world))
    page = open_page(client, world.dept_jingfa, hazard)
    text = page.content.decode()
    for words in ("已抄告市综合行政执法局，待签收", "属执法职责", "等待市综合行政执法局签收抄告"):
        assert words in text, words
    assert places(page)[0] == ["decline", "receive"]
    assert places(open_page(client, world.lead, hazard))[0] == []
    assert send(client, world.dept_jingfa, hazard, "decline", note="不属于本单位").status_code == 302
    text = text_of(client, world.lead, hazard)
    assert "已退回" in text and "不属于本单位" in text and "执法甲，2021-09-15" in text
    assert "等待专班或牵头单位交办" in text


def test_after_a_receipt_the_form_proposes_unit_and_first_day(client, world):
    hazard = refer(world, rectifying(world))
    waiting = open_page(client, world.lead, hazard).content.decode()
    assert "已抄告该单位，尚未签收；现在交办就不再等待签收" in waiting
    referral_actions.receive(hazard.pk, by=world.dept_jingfa)
    page = open_page(client, world.lead, hazard)
    form = next(form for form in page.context["forms"] if form.action == "assign")
    assert form["department"].value() == world.jingfa.pk
    assert form["due_on"].value() == DUE
    assert "此前的期限是 2021-09-20" in page.content.decode()
    assert "尚未签收" not in page.content.decode()


def test_a_listed_major_hazard_shows_its_limit_with_a_light(client, world):
    hazard = supervise(world, rectifying(world, Level.MAJOR), limit=date(2021, 9, 17))
    text = text_of(client, world.leader, hazard)
    for words in ("挂牌督办", "县（市、区）级", "督〔2021〕1号", "2021-09-17", "还有 2 天到期"):
        assert words in text, words
    major_actions.lift(hazard.pk, by=world.lead, note="险情排除")
    text = text_of(client, world.leader, hazard)
    assert "已摘牌" in text and "险情排除" in text and "还有 2 天到期" not in text


def test_what_a_major_hazard_lacks_is_said_before_it_is_tried(client, world):
    hazard = rectifying(world, Level.MAJOR)
    page = open_page(client, world.dept_xiaofang, hazard)
    text = page.content.decode()
    assert "尚未填报：判定依据、五落实" in text
    assert "重大隐患须先填报五落实" in text and 'id="act-submit"' not in text
    assert "等待市消防救援大队整改：先填报五落实，完成后申请验收" in text
    assert places(page)[1] == ["commit", "progress"] and page.context["open_form"] == "commit"
    commit_all_five(hazard, by=world.dept_xiaofang)
    page = open_page(client, world.dept_xiaofang, hazard)
    text = page.content.decode()
    assert places(page)[1] == ["submit", "progress"] and 'id="act-submit"' in text
    for words in ("张三负责", "拆除夹层", "自筹5万元", "本月底前", "停产撤人", "令第10号第三条"):
        assert words in text, words
    assert "尚未填报" not in text


def test_double_reports_only_where_the_plan_asks_for_them(client, world):
    hazard = commit_all_five(rectifying(world, Level.MAJOR), by=world.dept_xiaofang)
    assert "双报告" not in text_of(client, world.dept_xiaofang, hazard)
    world.campaign.extras = [Extra.DOUBLE_REPORT]
    world.campaign.save()
    page = open_page(client, world.dept_xiaofang, hazard)
    assert places(page)[1] == ["tell", "progress"]
    assert "尚未填报：排查发现双报告" in page.content.decode()
    told = {"stage": ReportStage.DISCOVERY, "regulator_on": "2021-09-14", "assembly_on": "2021-09-15"}
    assert send(client, world.dept_xiaofang, hazard, "tell", **told).status_code == 302
    assert "双报告（排查发现）" in text_of(client, world.leader, hazard)
    hazard = actions.submit(hazard.pk, by=world.dept_xiaofang, measure="好", done_on=TODAY, photos=[photo()])
    text = text_of(client, world.lead, hazard)
    assert "须先填报整改完成阶段的双报告" in text and 'id="act-accept"' not in text
    assert "等待市消防救援大队填报整改完成双报告，再由牵头单位验收" in text


def test_joint_enforcement_asked_for_and_held(client, world):
    hazard = joint_actions.ask_joint(rectifying(world).pk, by=world.tf_a, reason="业主拒不配合")
    link = f"{reverse('hazards:joint_new')}?hazard={hazard.pk}"
    assert link in text_of(client, world.lead, hazard)
    text = text_of(client, world.tf_a, hazard)
    assert "已提请联合执法" in text and "业主拒不配合" in text and link not in text
    row = convene(world, hazard)
    text = text_of(client, world.tf_a, hazard)
    assert "待牵头单位组织" not in text
    assert reverse("hazards:joint", args=[row.pk]) in text and "消防大队" in text
    joint_actions.void_joint(row.pk, by=world.lead, reason="录错")
    assert reverse("hazards:joint", args=[row.pk]) not in text_of(client, world.tf_a, hazard)


def test_relatives_link_where_the_reader_may_follow(client, world):
    first, hazard = reported(world), reported(world)
    Hazard.objects.filter(pk=hazard.pk).update(recurs=first)
    Hazard.objects.filter(pk=first.pk).update(responsible_department=world.xiaofang)
    Hazard.objects.filter(pk=hazard.pk).update(responsible_department=world.jingfa)
    link = reverse("hazards:detail", args=[first.pk])
    assert "回潮自" in (text := text_of(client, world.lead, hazard)) and link in text
    assert first.number in (text := text_of(client, world.dept_jingfa, hazard)) and link not in text
    assert "再次出现" in text_of(client, world.lead, first)


def test_the_photos_of_the_last_submission_come_first(client, world):
    hazard = submitted(world)
    actions.reject(hazard.pk, by=world.lead, note="不清")
    actions.submit(hazard.pk, by=world.dept_xiaofang, measure="再清", done_on=TODAY, photos=[photo()])
    page = open_page(client, world.lead, hazard)
    last = hazard.photos.filter(kind="after").order_by("-change_id").first()
    assert str(last.pk) in page.context["after"][0].url and len(page.context["after"]) == 2
    assert "5号楼1层（甲一纸品厂）" in page.content.decode()


# --- how the verbs are laid out ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "make", "main", "opened"),
    [
        ("lead", reported, ["assign"], "assign"),
        ("dept_xiaofang", rectifying, ["submit", "progress"], "submit"),
        ("lead", rectifying, [], ""),
        ("lead", submitted, ["accept", "reject"], "accept"),
        ("leader", submitted, [], ""),
    ],
)
def test_what_comes_next_is_open_and_the_rest_folded(client, world, person, make, main, opened):
    page = open_page(client, getattr(world, person), make(world))
    assert places(page)[1] == main and page.context["open_form"] == opened
    folded = set(places(page)[2])
    assert folded.isdisjoint(main) and ("void" in folded) == (person == "lead")


def test_a_verb_asked_for_is_open_even_where_it_is_folded(client, world):
    page = open_page(client, world.dept_xiaofang, rectifying(world), "?do=ask_extension")
    assert page.context["open_form"] == "ask_extension" and page.context["desk"].more_open


BAD = [
    ("ask_extension", "dept_xiaofang", ASKED | {"to_due_on": "2021-09-20"}, "延期后的日期须晚于现在的期限"),
    ("ask_extension", "dept_xiaofang", ASKED | {"interim": ""}, "请填写管控措施"),
    ("refer", "lead", {"receiver": "", "reason": "归口"}, "请选择接收单位"),
    ("supervise", "lead", {"supervision_level": "county", "number": "督1", "published_on": "2021-09-16",
                           "limit": "2021-09-30"}, "挂牌日期须在发现日期"),
    ("ask_joint", "tf_a", {"reason": ""}, "请说明为什么需要联合执法"),
    ("merge", "lead", {"same_as": "LG-2021-9999"}, "没有这个编号的有效隐患"),
    ("commit", "tf_a", {"duty": "张三", "measures": "拆", "funds": "", "time_limit": "月底",
                        "emergency_plan": "撤人", "clause": "第三条"}, "请填写资金"),
    ("extend", "lead", {}, "没有待审批的延期申请"),
    ("lift", "lead", {"note": "x"}, "该隐患没有挂牌督办"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "person", "data", "message"), BAD)
def test_bad_input_keeps_the_words_and_changes_nothing(client, world, verb, person, data, message):
    hazard = rectifying(world, Level.MAJOR)
    answer = send(client, getattr(world, person), hazard, verb, **data)
    text = answer.content.decode()
    assert answer.status_code == 400 and message in text
    for said in data.values():
        assert said in text
    after = Hazard.objects.get(pk=hazard.pk)
    assert (after.status, after.version) == (hazard.status, hazard.version)
    for model in (Extension, Referral, Supervision, Commitments):
        assert not model.objects.exists()


def test_a_stale_page_shows_both_for_these_verbs_too(client, world):
    hazard = rectifying(world)
    actions.progress(hazard.pk, by=world.tf_a, note="物业已搬走一半")
    answer = send(client, world.dept_xiaofang, hazard, "ask_extension", **ASKED)
    text = answer.content.decode()
    assert answer.status_code == 409 and "物业已搬走一半" in text
    assert text.count("等待定制设备") == 2 and not Extension.objects.exists()
    hazard.refresh_from_db()
    assert send(client, world.dept_xiaofang, hazard, "ask_extension", **ASKED).status_code == 302


def test_the_second_of_two_approvers_is_told_who_was_faster(client, world):
    hazard = ask(world, rectifying(world))
    extension_actions.extend(hazard.pk, by=world.lead_2, note="同意")
    answer = send(client, world.lead, hazard, "refuse_extension", note="不必延期")
    text = answer.content.decode()
    assert answer.status_code == 409 and "同意延期" in text and "牵头乙" in text and "不必延期" in text
    hazard.refresh_from_db()
    assert hazard.due_on == LATER


# --- joint enforcement ------------------------------------------------------------------------------------


def joint_data(world, *hazards, **changes):
    facts = {
        "title": "消防通道联合执法",
        "held_on": "2021-09-15",
        "units": [world.xiaofang.pk, world.jingfa.pk],
        "hazards": [hazard.pk for hazard in hazards],
        "outcome": "已断电",
    }
    return facts | changes


def post_joint(client, world, **data):
    client.force_login(world.lead)
    return client.post(reverse("hazards:joint_new"), data)


def test_a_joint_enforcement_is_recorded_and_shown(client, world):
    asked, other = rectifying(world), reported(world)
    joint_actions.ask_joint(asked.pk, by=world.tf_a, reason="难")
    client.force_login(world.lead)
    form = client.get(reverse("hazards:joint_new") + f"?hazard={other.pk}").context["form"]
    assert [(row.pk, row.ticked) for row in form.asked()] == [(asked.pk, False)]
    assert [(row.pk, row.ticked) for row in form.others()] == [(other.pk, True)]
    answer = post_joint(client, world, **joint_data(world, asked, other))
    row = JointEnforcement.objects.get()
    assert answer.url == reverse("hazards:joint", args=[row.pk])
    page = client.get(answer.url).content.decode()
    for words in ("消防通道联合执法", "已断电", asked.number, other.number, "市消防救援大队"):
        assert words in page, words
    asked.refresh_from_db()
    assert asked.joint_asked_on is None and asked.status == Status.RECTIFYING


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "请填写联合执法名称"),
        ({"held_on": "2021-09-16"}, "日期不能晚于今天"),
        ({"held_on": "2021-09-31"}, "有效的日期"),
        ({"units": []}, "请选择参加单位"),
        ({"units": ["one"]}, "至少有两个单位参加"),
        ({"hazards": []}, "请至少选择一条隐患"),
        ({"hazards": ["9999"]}, "已销号、已作废或不属于本行动"),
        ({"hazards": ["x"]}, "有效"),
        ({"outcome": "长" * 2001}, "最多 2000 字，现有 2001 字"),
    ],
)
def test_bad_records_come_back_with_what_was_entered(client, world, changes, message):
    hazard = rectifying(world)
    if changes.get("units") == ["one"]:
        changes = {"units": [world.xiaofang.pk]}
    answer = post_joint(client, world, **joint_data(world, hazard, **changes))
    text = answer.content.decode()
    assert answer.status_code == 422 and message in text
    if "title" not in changes:
        assert "消防通道联合执法" in text
    if "hazards" not in changes:
        assert [row.ticked for row in answer.context["form"].others()] == [True]
    assert not JointEnforcement.objects.exists()


def test_the_search_offers_open_hazards_of_the_campaign_only(client, world):
    here = HazardFactory(task_force=world.task_force_b, description="配电箱裸露")
    closed = submitted(world)
    actions.accept(closed.pk, by=world.lead)
    HazardFactory(
        task_force=world.task_force_c, category=world.other.categories.first(), description="配电箱裸露"
    )
    picked = rectifying(world)
    client.force_login(world.lead)
    address = reverse("hazards:joint_choices")
    found = client.get(address, {"find": "配电箱", "hazards": picked.pk})
    assert [row.pk for row in found.context["found"]] == [here.pk]
    assert [row.pk for row in found.context["form"].others()] == [picked.pk], "what is ticked stays"
    assert "没有找到" in client.get(address, {"find": closed.number}).content.decode()
    assert [row.pk for row in client.get(address, {"find": here.number}).context["found"]] == [here.pk]


def test_the_list_filters_and_leaves_out_void_ones(client, world):
    row = convene(world, rectifying(world))
    other = convene(world, reported(world), title="电气联合执法", units=[world.xincheng, world.jingfa])
    client.force_login(world.lead)
    address = reverse("hazards:joints")

    def found(**query):
        return {row.pk for row in client.get(address, query).context["rows"]}

    assert found() == {row.pk, other.pk}
    assert found(q="电气") == found(unit=world.xincheng.pk) == {other.pk}
    assert found(since="2021-09-16") == set()
    assert "不是有效日期，未按它筛选" in client.get(address, {"since": "x"}).content.decode()
    done = client.post(reverse("hazards:joint_void", args=[row.pk]), {"reason": "录错"}, follow=True)
    assert "已作废" in done.content.decode() and "录错" in done.content.decode()
    assert found() == {other.pk} and found(voided="on") == {row.pk, other.pk}
    again = client.post(reverse("hazards:joint_void", args=[row.pk]), {"reason": "x"}, follow=True)
    assert "这条记录已经作废" in again.content.decode()
    empty = client.post(reverse("hazards:joint_void", args=[other.pk]), {"reason": ""}, follow=True)
    assert "请填写作废原因" in empty.content.decode()


def test_a_task_force_sees_its_part_of_a_record(client, world):
    here, there = rectifying(world), HazardFactory(task_force=world.task_force_b, description="别处的事")
    row = convene(world, here, there)
    client.force_login(world.tf_a)
    text = client.get(reverse("hazards:joint", args=[row.pk])).content.decode()
    assert here.number in text and there.number not in text and "另有 1 条不在您的范围内" in text
    assert "作废" not in text
