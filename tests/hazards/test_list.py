"""The hazard list: what the address shows, to whom, at what cost; and 交办 of several at once."""

from datetime import date

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hazards import actions
from hazards.filters import querystring
from hazards.findings import Finding
from hazards.models import Extension, Hazard, JointEnforcement, Referral, StatusChange, Supervision
from hazards.procedures import urge_actions
from tests.factories import EnterpriseFactory, HazardFactory, photo

LIST = reverse("hazards:list")
ASSIGN = reverse("hazards:bulk_assign")


@pytest.fixture
def ledger(world):
    """One of each kind in park A, one in park B, one in the other campaign."""

    def add(task_force, number, **facts):
        return HazardFactory(task_force=task_force, number=number, reported_by=world.tf_a, **facts)

    a, b = world.task_force_a, world.task_force_b
    add(a, "LG-1", description="配电箱没有锁", enterprise=world.enterprise_a, source="self_check")
    add(a, "LG-2", status="rectifying", due_on=date(2021, 9, 10))
    add(a, "LG-3", status="rectifying", due_on=date(2021, 9, 17), level="major", found_on=date(2021, 9, 5))
    add(a, "LG-4", status="submitted", due_on=date(2021, 9, 20), done_on=date(2021, 9, 14))
    add(
        a, "LG-5", status="closed", due_on=date(2021, 9, 20), closed_on=date(2021, 9, 12),
        done_on=date(2021, 9, 11), accepted_by=world.lead, submitted_by=world.tf_a,
    )  # fmt: skip
    add(a, "LG-6", status="void")
    add(b, "LG-7", status="rectifying", due_on=date(2021, 10, 9))
    HazardFactory(task_force=world.task_force_c, number="OTHER-1")
    return world


def shown(client, user, **params):
    client.force_login(user)
    response = client.get(LIST, params)
    assert response.status_code == 200
    return {row.number for row in response.context.get("rows") or []}


ALL_A = {"LG-1", "LG-2", "LG-3", "LG-4", "LG-5"}


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({}, ALL_A | {"LG-7"}),
        ({"q": "配电箱"}, {"LG-1"}),
        ({"q": "配电箱 甲一"}, {"LG-1"}),
        ({"q": "lg-3"}, {"LG-3"}),
        ({"light": "red"}, {"LG-2"}),
        ({"light": "yellow"}, {"LG-3"}),
        ({"light": "grey"}, {"LG-1"}),
        ({"light": "green"}, {"LG-4", "LG-7"}),
        ({"status": "open"}, {"LG-1", "LG-2", "LG-3", "LG-4", "LG-7"}),
        ({"status": ["reported", "closed"]}, {"LG-1", "LG-5"}),
        ({"status": "reported,closed"}, {"LG-1", "LG-5"}),
        ({"status": "void"}, {"LG-6"}),
        ({"level": "major"}, {"LG-3"}),
        ({"source": "self_check"}, {"LG-1"}),
        ({"found_from": "2021-09-05"}, {"LG-3"}),
        ({"found_to": "2021-09-04", "status": "reported"}, {"LG-1"}),
        ({"closed_from": "2021-09-12", "closed_to": "2021-09-12"}, {"LG-5"}),
        ({"closed_from": "2021-09-13"}, set()),
        ({"batch": "77"}, set()),
    ],
)
def test_filters(client, ledger, params, numbers):
    assert shown(client, ledger.lead, **params) == numbers


def test_filters_by_place_and_unit(client, ledger):
    lead = ledger.lead
    assert shown(client, lead, park=ledger.park_b.pk) == {"LG-7"}
    assert shown(client, lead, task_force=ledger.task_force_b.pk) == {"LG-7"}
    assert shown(client, lead, department=ledger.jingfa.pk) == {"LG-7"}
    assert shown(client, lead, category=ledger.category.pk) == ALL_A | {"LG-7"}


@pytest.mark.parametrize(
    ("person", "numbers"),
    [
        ("lead", ALL_A | {"LG-7"}),
        ("leader", ALL_A | {"LG-7"}),
        ("assessor", ALL_A | {"LG-7"}),
        ("tf_a", ALL_A),
        ("tf_b", {"LG-7"}),
        ("dept_xincheng", ALL_A),
        ("dept_jingfa", {"LG-7"}),
        ("dept_xiaofang", set()),
        ("operator_a", ALL_A),
        ("other_lead", {"OTHER-1"}),
        ("other_tf", {"OTHER-1"}),
        ("system_admin", set()),
        ("auditor", set()),
    ],
)
def test_everybody_sees_their_own(client, ledger, person, numbers):
    assert shown(client, getattr(ledger, person)) == numbers


BAD = [
    ({"park": "abc"}, "没有这个选项"),
    ({"park": "9" * 40}, "没有这个选项"),
    ({"department": "-1"}, "没有这个选项"),
    ({"level": "terrible"}, "没有这个选项"),
    ({"status": "gone"}, "没有这个选项"),
    ({"light": "blue"}, "没有这个选项"),
    ({"found_from": "2021-02-31"}, "不是有效日期"),
    ({"found_to": "昨天"}, "不是有效日期"),
    ({"found_from": "2021-09-09", "found_to": "2021-09-01"}, "结束日期早于开始日期"),
    ({"q": "x" * 101}, "搜索内容最多 100 字，未按它搜索"),
    ({"q": "a\x00b"}, "不允许"),
]


@pytest.mark.parametrize(("params", "message"), BAD)
def test_a_filter_that_cannot_be_is_said_beside_it(client, ledger, params, message):
    client.force_login(ledger.lead)
    response = client.get(LIST, params)
    assert response.status_code == 200
    assert response.content.decode().count(message) == 1


@pytest.mark.parametrize("params", [{"batch": "x"}, {"batch": "9" * 30}, {"task_force": "x"}, {"sort": "'"}])
def test_odd_addresses_are_no_errors(client, ledger, params):
    assert shown(client, ledger.lead, **params) == ALL_A | {"LG-7"}


def test_a_foreign_park_cannot_be_filtered_by(client, ledger):
    client.force_login(ledger.tf_a)
    page = client.get(LIST, {"park": ledger.park_b.pk})
    assert "没有这个选项" in page.content.decode() and ledger.park_b.name not in page.content.decode()


def test_several_statuses_stay_when_the_form_is_sent_again(client, ledger):
    client.force_login(ledger.lead)
    page = client.get(LIST, {"status": ["reported", "closed"]}).content.decode()
    assert '<option value="reported,closed" selected>待交办、已销号</option>' in page


def test_filters_without_a_field_are_chips_and_stay(client, ledger):
    client.force_login(ledger.lead)
    page = client.get(LIST, {"closed_from": "2021-09-12"}).content.decode()
    assert "销号日期起：2021-09-12" in page
    assert '<input type="hidden" name="closed_from" value="2021-09-12">' in page


def test_rows_say_everything_in_words(client, ledger):
    client.force_login(ledger.lead)
    page = client.get(LIST).content.decode()
    for said in (
        "逾期 5 天",
        "还有 2 天到期",
        "按期完成",
        "无期限",
        "重大",
        "待验收",
        "3号楼2层（甲一纸品厂）",
    ):
        assert said in page


def test_long_and_hostile_text_is_cut_and_escaped(client, ledger):
    HazardFactory(
        task_force=ledger.task_force_a, number="LG-9", description="<script>" + "长" * 1900, place="<b>楼</b>"
    )
    client.force_login(ledger.lead)
    page = client.get(LIST).content.decode()
    assert "<script>长" not in page and "&lt;b&gt;楼" in page
    assert "长" * 100 in page and "长" * 200 not in page and "…" in page


def test_tabs_count_within_the_filters(client, ledger):
    client.force_login(ledger.lead)
    page = client.get(reverse("hazards:tabs"), {"light": "red"})
    counts = {tab["label"]: (tab["count"], tab["active"]) for tab in page.context["tabs"]}
    assert counts == {
        "逾期": ("1", True), "即将到期": ("1", False), "正常": ("2", False), "无期限": ("1", False),
        "待交办": ("1", False), "待验收": ("1", False), "全部": ("6", False),
    }  # fmt: skip
    page = client.get(reverse("hazards:tabs"), {"park": ledger.park_b.pk})
    assert [tab["count"] for tab in page.context["tabs"]] == ["0", "0", "1", "0", "0", "0", "1"]


def test_pages_go_on_and_come_back(client, world):
    for number in range(120):
        HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, number=f"LG-{number}")
    client.force_login(world.lead)
    seen, url = [], LIST
    while url:
        page = client.get(LIST + url if url.startswith("?") else url)
        seen += [row.number for row in page.context["rows"]]
        url = page.context["pager"]["next_url"]
    assert seen == [f"LG-{number}" for number in range(119, -1, -1)]
    back = client.get(LIST + page.context["pager"]["prev_url"])
    assert [row.number for row in back.context["rows"]] == seen[50:100]
    assert "共 120 条" in back.content.decode()


def test_a_head_sorts_and_turns(client, ledger):
    client.force_login(ledger.lead)
    page = client.get(LIST, {"sort": "due_on", "park": ledger.park_a.pk})
    assert [row.number for row in page.context["rows"]] == ["LG-2", "LG-3", "LG-4", "LG-5", "LG-1"]
    head = next(head for head in page.context["heads"] if head["label"] == "整改期限")
    assert head["aria"] == "ascending" and "sort=-due_on" in head["url"] and "park=" in head["url"]


def test_empty_pages_say_what_to_do(client, world):
    client.force_login(world.tf_a)
    assert "还没有隐患" in client.get(LIST).content.decode()
    page = client.get(LIST, {"q": "没有的"}).content.decode()
    assert "没有符合条件的隐患" in page and "清除筛选" in page
    client.force_login(world.auditor)
    assert "没有参加任何专项行动" in client.get(LIST).content.decode()


def test_the_list_costs_few_queries(client, world, django_assert_max_num_queries):
    for _ in range(60):
        firm = EnterpriseFactory(park=world.park_a)
        HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, enterprise=firm)
    actions.report(
        world.campaign,
        Finding(
            park=world.park_a, place="1号楼", description="堵", category=world.category, photos=[photo()]
        ),
        by=world.tf_a,
    )
    for person in (world.lead, world.tf_a, world.dept_xincheng, world.operator_a):
        client.force_login(person)
        client.get(LIST)
        with django_assert_max_num_queries(32):
            page = client.get(LIST)
        assert len(page.context["rows"]) == 50 and page.context["rows"][0].thumbnail


def test_more_rows_cost_no_more_queries(client, world, django_assert_num_queries):
    client.force_login(world.lead)
    HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a)
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _ in range(30):
        firm = EnterpriseFactory(park=world.park_a)
        HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a, enterprise=firm)
    with django_assert_num_queries(len(one)):
        client.get(LIST)


def test_the_querystring_keeps_repeats_and_drops_the_cursor():
    given = QueryDict("status=a&status=b&cursor=x&q=&park=3")
    assert querystring(given) == "status=a&status=b&park=3"
    assert querystring(given, park="4") == "status=a&status=b&park=4"


# --- several at once ----------------------------------------------------------------------------------


@pytest.fixture
def three(world):
    return [HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a) for _ in range(3)]


def picked(hazards):
    return [f"{hazard.pk}.{hazard.version}" for hazard in hazards]


def assign(client, user, hazards, world, **changes):
    client.force_login(user)
    data = {
        "hazard": picked(hazards), "department": world.xiaofang.pk, "due_on": "2021-09-30", "note": "抓紧",
        "next": "/hazards/?park=1",
    }  # fmt: skip
    return client.post(ASSIGN, data | changes)


def statuses():
    return sorted(Hazard.objects.values_list("status", flat=True))


def test_several_are_assigned(client, world, three):
    response = assign(client, world.lead, three, world)
    assert response.status_code == 302 and response.url == "/hazards/?park=1"
    assert statuses() == ["rectifying"] * 3
    assert {h.responsible_department for h in Hazard.objects.all()} == {world.xiaofang}
    assert "已把 3 条隐患交办给市消防救援大队，期限 2021-09-30" in client.get("/hazards/").content.decode()


def test_one_refused_and_none_is_assigned(client, world, three):
    actions.assign(three[1].pk, by=world.lead, department=world.jingfa, due_on=date(2021, 9, 20))
    three[2].level = "major"
    three[2].save()
    response = assign(client, world.tf_a, three, world)
    page = response.content.decode()
    assert response.status_code == 400
    assert "有 2 条不能交办，全部没有保存" in page
    assert "页面打开后已被处理过，现为“整改中”" in page and "您没有“交办”的权限" in page
    assert three[1].number in page and "抓紧" in page
    assert statuses() == ["rectifying", "reported", "reported"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hazard": []}, "请先勾选"),
        ({"hazard": ["x", "1", "-1.2", "①.②"]}, "请先勾选"),
        ({"department": ""}, "请选择责任单位"),
        ({"department": "99999"}, "选择一个有效的选项"),
        ({"due_on": ""}, "请填写整改期限"),
        ({"due_on": "9月31日"}, "有效的日期"),
        ({"due_on": "2021-09-14"}, "整改期限不能早于今天"),
        ({"note": "长" * 2001}, "最多 2000 字"),
    ],
)
def test_bad_input_assigns_none(client, world, three, changes, message):
    response = assign(client, world.lead, three, world, **changes)
    assert response.status_code == 400 and message in response.content.decode()
    assert statuses() == ["reported"] * 3


def test_one_day_for_all_is_warned_of(client, world, three):
    general, major = world.campaign.general_days, world.campaign.major_days
    words = f"重大隐患与一般隐患期限不同（一般 {general} 天，重大 {major} 天），请分开交办"
    client.force_login(world.lead)
    assert words in client.get(LIST).content.decode()
    assert words in assign(client, world.lead, three, world, due_on="").content.decode()


def test_a_foreign_one_is_not_even_named(client, world, three):
    foreign = HazardFactory(task_force=world.task_force_c, number="OTHER-7")
    response = assign(client, world.lead, [*three, foreign], world)
    page = response.content.decode()
    assert response.status_code == 400 and "OTHER-7" not in page and "另有 1 条没有找到" in page
    assert statuses() == ["reported"] * 4


@pytest.mark.parametrize("person", ["leader", "assessor", "auditor", "system_admin"])
def test_readers_do_not_assign(client, world, three, person):
    response = assign(client, getattr(world, person), three, world)
    assert response.status_code in (302, 403) and statuses() == ["reported"] * 3


def test_several_are_accepted_and_not_ones_own(client, world):
    done = [
        HazardFactory(
            task_force=world.task_force_a,
            reported_by=world.tf_a,
            status="submitted",
            done_on=date(2021, 9, 9),
            submitted_by=by,
        )
        for by in (world.dept_xincheng, None, world.tf_a)
    ]
    client.force_login(world.tf_a)
    accept = reverse("hazards:bulk_accept")
    refused = client.post(accept, {"hazard": picked(done), "opinion": "现场已看"})
    page = refused.content.decode()
    assert refused.status_code == 400 and "验收人不能是申请验收的本人" in page and "现场已看" in page
    assert statuses() == ["submitted"] * 3
    assert client.post(accept, {"hazard": picked(done[:2]), "opinion": "现场已看"}).status_code == 302
    assert statuses() == ["closed", "closed", "submitted"]
    assert {c.note for c in StatusChange.objects.all()} == {"现场已看"}
    assert "已验收销号 2 条隐患" in client.get("/hazards/").content.decode()


def test_an_address_elsewhere_is_not_followed(client, world, three):
    assert assign(client, world.lead, three, world, next="https://evil.example/").url == LIST


def test_after_a_login_in_between_the_list_opens(client, world):
    client.force_login(world.lead)
    assert client.get(ASSIGN).url == LIST


def test_everybody_ticks_and_only_those_who_may_are_offered_verbs(client, world, three):
    client.force_login(world.lead)
    page = client.get(LIST).content.decode()
    assert page.count('class="pick"') == 3 and "批量交办" in page and "批量催办" in page
    for person in (world.dept_xincheng, world.leader, world.operator_a):
        client.force_login(person)
        page = client.get(LIST).content.decode()
        assert page.count('class="pick"') == 3 and "下载所选" in page
        assert "批量" not in page


URGE = reverse("hazards:bulk_urge")


def test_several_are_urged_each_for_itself(client, world, three):
    urge_actions.urge(three[1].pk, by=world.lead_2)
    stale = three[2]
    actions.assign(stale.pk, by=world.lead, department=world.jingfa, due_on=date(2021, 9, 20))
    client.force_login(world.lead)
    page = client.post(URGE, {"hazard": picked(three), "urging": "本周办结"})
    said = page.content.decode()
    assert page.status_code == 400 and "已催办 1 条隐患" in said and "有 2 条没有催办" in said
    assert said.count("页面打开后已被处理过") == 2 and "本周办结" in said
    assert three[0].number not in said
    urged = StatusChange.objects.filter(action="urge").values_list("hazard", flat=True)
    assert sorted(urged) == sorted([three[0].pk, three[1].pk])
    for hazard in three:
        hazard.refresh_from_db()
    page = client.post(URGE, {"hazard": picked(three[1:])}).content.decode()
    assert "已催办 1 条隐患" in page and "今天已经催办过，明天可以再催" in page


@pytest.mark.parametrize("person", ["tf_a", "dept_xincheng", "operator_a"])
def test_only_the_lead_bureau_urges(client, world, three, person):
    client.force_login(getattr(world, person))
    page = client.post(URGE, {"hazard": picked(three)})
    assert page.status_code == 400 and page.content.decode().count("您没有“催办”的权限") == 3
    assert not StatusChange.objects.filter(action="urge").exists()


# --- what happened beside the status ----------------------------------------------------------------------


@pytest.fixture
def procedures(ledger):
    """LG-1 listed and lifted, LG-2 an extension that waits, LG-3 listed, LG-4 referred, LG-7 joint."""
    row = {hazard.number: hazard for hazard in Hazard.objects.all()}
    day, lead = date(2021, 9, 10), ledger.lead
    board = {"level": "county", "number": "督1", "published_on": day, "due_on": day, "by": lead}
    Supervision.objects.create(hazard=row["LG-3"], **board)
    Supervision.objects.create(hazard=row["LG-1"], lifted_on=day, lifted_by=lead, **board)
    later = {"from_due_on": day, "to_due_on": date(2021, 10, 1), "asked_by": ledger.tf_a, "asked_on": day}
    Extension.objects.create(hazard=row["LG-2"], **later)
    Extension.objects.create(hazard=row["LG-5"], outcome="agreed", **later)
    Referral.objects.create(
        hazard=row["LG-4"], receiver=ledger.jingfa, reason="归口", referred_by=lead, referred_on=day,
        outcome="agreed",
    )  # fmt: skip
    Referral.objects.create(
        hazard=row["LG-1"], receiver=ledger.jingfa, reason="归口", referred_by=lead, referred_on=day
    )
    Hazard.objects.filter(number="LG-7").update(joint_asked_on=day)
    row["LG-2"].recurs = row["LG-5"]
    row["LG-2"].save()
    stamp = {"campaign": ledger.campaign, "recorded_by": lead, "recorded_at": row["LG-1"].reported_at}
    held = JointEnforcement.objects.create(title="联合整治", held_on=day, **stamp)
    held.hazards.add(row["LG-2"])
    void = JointEnforcement.objects.create(title="误录", held_on=day, voided_on=day, **stamp)
    void.hazards.add(row["LG-4"])
    urge_actions.urge(row["LG-2"].pk, by=lead)
    return ledger


@pytest.mark.parametrize(
    ("params", "numbers"),
    [
        ({"supervised": "now"}, {"LG-3"}),
        ({"supervised": "ever"}, {"LG-1", "LG-3"}),
        ({"extension": "waiting"}, {"LG-2"}),
        ({"extension": "granted"}, {"LG-5"}),
        ({"referral": "waiting"}, {"LG-1"}),
        ({"referral": "any"}, {"LG-1", "LG-4"}),
        ({"joint": "asked"}, {"LG-7"}),
        ({"joint": "held"}, {"LG-2"}),
        ({"recurs": "1"}, {"LG-2"}),
        ({"mine": "1"}, {"LG-2"}),
        ({"supervised": "ever", "level": "major"}, {"LG-3"}),
    ],
)
def test_filters_by_what_happened_beside_the_status(client, procedures, params, numbers):
    assert shown(client, procedures.lead, **params) == numbers


def test_mine_is_what_the_person_did(client, procedures):
    assert shown(client, procedures.lead_2, mine="1") == set()


@pytest.mark.parametrize("name", ["supervised", "extension", "referral", "joint", "recurs", "mine"])
def test_a_folded_filter_that_cannot_be_is_said_and_unfolded(client, ledger, name):
    client.force_login(ledger.lead)
    page = client.get(LIST, {name: "x"}).content.decode()
    assert page.count("没有这个选项，未按它筛选") == 1 and '<details class="more-filters" open>' in page
    assert '<details class="more-filters">' in client.get(LIST).content.decode()


def test_the_search_box_does_not_cut(client, ledger):
    client.force_login(ledger.lead)
    page = client.get(LIST).content.decode()
    box = page[page.index('<input type="search"') :].split(">")[0]
    assert "maxlength" not in box


def test_whatever_is_typed_is_shown_as_text(client, world):
    """Rows and options are drawn in Python: nothing in any column may become markup."""
    bad = "<script>alert('x')</script>\"&"
    for row in (world.park_a, world.xincheng, world.category, world.enterprise_a):
        row.name = f"{row.pk}{bad}"
        row.save(update_fields=["name"])
    for row in (world.xincheng, world.category):
        row.short_name = bad[:12]
        row.save(update_fields=["short_name"])
    HazardFactory(
        task_force=world.task_force_a, number=f"N{bad}"[:30], place=bad, description=bad,
        category=world.category, enterprise=world.enterprise_a, responsible_department=world.xincheng,
    )  # fmt: skip
    client.force_login(world.lead)
    page = client.get(
        LIST, {"department": world.xincheng.pk, "park": world.park_a.pk, "q": bad}
    ).content.decode()
    assert "<script>alert" not in page and "<script>" not in page
    row = page[page.index("<tbody>") : page.index("</tbody>")]
    assert row.count("<tr>") == 1
    # Number twice, park twice, place, enterprise, description, kind twice, unit twice.
    assert row.count("&lt;script&gt;") == 11
    assert (
        'title="' + f"{world.xincheng.pk}&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&quot;&amp;" in row
    )
    assert "&gt;&quot;&amp;</option>" in page
