"""督办函 on its pages: choosing, previewing, issuing, printing, answering, voiding; and whom notices tell."""

import io
import re
from datetime import date, timedelta
from urllib.parse import urlencode

import openpyxl
import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from campaigns.models import Campaign
from hazards.models import Hazard
from notices.actions import collect
from notices.enums import NoticeKind
from notices.models import Notice
from notices.obsolete import still_hold
from notices.queries import notices_for
from reports.letters import actions as letter_actions
from reports.models import SupervisionLetter
from tests import factories
from tests.reports.letters import REPLY_BY, TODAY, issued, late_hazard

NEW = "reports:letter_new"


@pytest.fixture(autouse=True)
def _fresh():
    cache.clear()


def page(client, who, name, *args, **query):
    client.force_login(who)
    return client.get(reverse(name, args=args), query).content.decode()


def ticked(html):
    """Ids of the hazards whose boxes are ticked, and of those offered."""
    boxes = re.findall(r'name="hazards" value="(\d+)"( checked)?', html)
    return {int(key) for key, on in boxes if on}, {int(key) for key, _ in boxes}


def send(client, world, *hazards, **given):
    form = {
        "unit": world.xiaofang.pk,
        "hazards": [one.pk for one in hazards],
        "requirement": "一、三日内清理。",
        "reply_by": REPLY_BY.isoformat(),
    }
    return client.post(reverse(NEW), form | given)


def test_units_are_offered_by_what_is_overdue(world, client):
    html = page(client, world.lead, NEW)
    assert "没有单位有逾期未整改的隐患" in html
    late_hazard(world, 3, level="major")
    late_hazard(world, 12)
    late_hazard(world, 20, responsible_department=world.jingfa, status="submitted", done_on=TODAY)
    html = page(client, world.lead, NEW)
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    assert f'href="?unit={world.xiaofang.pk}"' in table
    assert "2 项" in table and "1 项" in table and "12 天" in table
    assert "执法" not in table, "what waits for acceptance is not at the unit's door"


def test_overdue_ones_are_ticked_and_so_is_the_one_chosen(world, client):
    late, coming, other = late_hazard(world), late_hazard(world, -3), late_hazard(world, -4)
    foreign = late_hazard(world, responsible_department=world.jingfa)
    html = page(client, world.lead, NEW, unit=world.xiaofang.pk)
    assert ticked(html) == ({late.pk}, {late.pk, coming.pk, other.pk})
    html = page(client, world.lead, NEW, hazard=coming.pk)
    assert ticked(html) == ({late.pk, coming.pk}, {late.pk, coming.pk, other.pk})
    assert foreign.number not in html
    assert 'value="2021-09-23"' in html, "five working days: a Saturday is worked, Mid-Autumn is not"
    issued(world, late)
    html = page(client, world.lead, NEW, unit=world.xiaofang.pk)
    assert ticked(html)[0] == set()
    assert "已列入 LG督〔2021〕1号" in html


def test_the_reply_day_follows_the_campaign(world, client):
    late_hazard(world)
    Campaign.objects.filter(pk=world.campaign.pk).update(reply_days=1)
    assert 'value="2021-09-16"' in page(client, world.lead, NEW, unit=world.xiaofang.pk)


def test_a_preview_saves_nothing_and_shows_the_letter(world, client):
    hazard = late_hazard(world)
    client.force_login(world.lead)
    html = send(client, world, hazard, preview="1").content.decode()
    assert "关于限期整改逾期隐患的督办函" in html
    assert "（文号在印发时编定）" in html
    assert "一、三日内清理。</p>" in html
    assert ticked(html)[0] == {hazard.pk}
    dialog = html[html.index('id="issue-letter"') : html.index("确认印发")]
    assert "文号不再使用" in dialog and 'type="submit"' in dialog
    assert 'type="submit">印发<' not in html, "a number that is never used again is asked for first"
    assert not SupervisionLetter.objects.exists()


def test_issued_from_the_page_it_prints_and_downloads(world, client):
    hazard = late_hazard(world, 10, level="major")
    client.force_login(world.lead)
    answer = send(client, world, hazard)
    letter = SupervisionLetter.objects.get()
    assert answer.url == reverse("reports:letter", args=[letter.pk])
    html = page(client, world.dept_xiaofang, "reports:letter", letter.pk)
    for words in ("LG督〔2021〕1号", "市消防救援大队：", "市经济发展局（公章）", "【重大】", "2021年9月5日"):
        assert words in html
    answer = client.get(reverse("reports:letter_download", args=[letter.pk]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert cells[:3] == ["关于限期整改逾期隐患的督办函", "LG督〔2021〕1号", "市消防救援大队："]
    assert "市经济发展局（公章）" in cells and cells[-1] == "2021年9月15日"
    assert [hazard.number, "甲园"] == cells[cells.index(hazard.number) : cells.index(hazard.number) + 2]
    assert AuditEntry.objects.get(act="下载督办函").detail == {"sha256": letter.sha256}


def test_a_long_list_is_a_sheet_of_its_own(world, client):
    letter = issued(world, *[late_hazard(world) for _ in range(9)])
    client.force_login(world.leader)
    answer = client.get(reverse("reports:letter_download", args=[letter.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames == ["督办函", "附件"]
    assert book["附件"].print_title_rows
    assert "附件：督办隐患清单" in page(client, world.leader, "reports:letter", letter.pk)


def test_a_damaged_workbook_is_not_given_out(world, client):
    letter = issued(world)
    with letter.workbook.storage.open(letter.workbook.name, "wb") as file:
        file.write(b"tampered")
    client.force_login(world.lead)
    answer = client.get(reverse("reports:letter_download", args=[letter.pk]), follow=True)
    assert "与校验值不一致" in answer.content.decode()
    assert AuditEntry.objects.get(act="下载督办函").result == "failed"


def test_a_refused_letter_keeps_what_was_typed(world, client):
    first, second = late_hazard(world), late_hazard(world)
    client.force_login(world.lead)
    Hazard.objects.filter(pk=second.pk).update(status="submitted")
    answer = send(client, world, first, second, requirement="一、写了很久的要求。")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "已不需该单位整改" in html and "一、写了很久的要求。" in html
    assert ticked(html) == ({first.pk}, {first.pk})
    answer = send(client, world, first, reply_by="2021-09-01", requirement="")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "请填写办理要求" in html and 'value="2021-09-01"' in html
    assert not SupervisionLetter.objects.exists()


def test_a_settled_hazard_says_so(world, client):
    late_hazard(world)
    done = late_hazard(world, status="submitted", done_on=TODAY)
    html = page(client, world.lead, NEW, hazard=done.pk)
    assert f"{done.number} 现为“待验收”，不需再督办" in html


def test_who_sees_which_letters(world, client):
    letter = issued(world)
    for who in (world.lead, world.leader, world.assessor, world.dept_xiaofang):
        assert letter.number in page(client, who, "reports:letters")
    for who in (world.dept_jingfa, world.tf_a, world.operator_a, world.other_lead):
        assert letter.number not in page(client, who, "reports:letters")
        assert client.get(reverse("reports:letter", args=[letter.pk])).status_code == 404
    assert "发第一份督办函" in page(client, world.other_lead, "reports:letters")
    assert "您的范围内没有督办函" in page(client, world.tf_a, "reports:letters")


def test_the_list_filters(world, client):
    hazard = late_hazard(world)
    waiting = issued(world, hazard, late_hazard(world))
    void = issued(world)
    letter_actions.void(void.pk, by=world.lead, reason="发错单位")
    replied = issued(world)
    letter_actions.reply(replied.pk, by=world.dept_xiaofang, text="已整改", on=TODAY)

    def found(**query):
        html = page(client, world.lead, "reports:letters", **query)
        return {one for one in (waiting, void, replied) if one.number in html}

    assert found() == {waiting, void, replied}
    assert found(q="\x00") == {waiting, void, replied}  # no text to PostgreSQL; said, and left out
    assert found(state="waiting") == {waiting}
    assert found(state="replied") == {replied}
    assert found(state="void") == {void}
    assert found(state="late") == set()
    assert found(q=hazard.number) == {waiting}
    assert found(q="3号") == {replied}
    assert found(unit=world.jingfa.pk) == set()
    assert found(since="2021-09-16") == set()
    assert found(state="nonsense", since="x") == {waiting, void, replied}
    Campaign.objects.filter(pk=world.campaign.pk).update(clock=REPLY_BY + timedelta(days=2))
    assert found(state="late") == {waiting}
    html = page(client, world.lead, "reports:letters")
    assert "有 <b>1</b> 份督办函逾期未回复" in html and "逾期2天未回复" in html


def test_reply_on_the_page(world, client):
    letter = issued(world)
    client.force_login(world.dept_xiaofang)
    address = reverse("reports:letter_reply", args=[letter.pk])
    answer = client.post(address, {"text": "写了很多", "on": "2021-09-01"})
    assert answer.status_code == 422
    assert "写了很多" in answer.content.decode() and "不能早于印发日期" in answer.content.decode()
    client.post(address, {"text": "已清理通道", "on": "2021-09-15"})
    html = page(client, world.lead, "reports:letter", letter.pk)
    assert "已清理通道" in html and "补充回复" in html
    assert "填写回复" not in page(client, world.leader, "reports:letter", letter.pk)


def test_void_on_the_page(world, client):
    letter = issued(world)
    client.force_login(world.lead)
    address = reverse("reports:letter_void", args=[letter.pk])
    assert client.post(address, {"reason": ""}).status_code == 422
    html = client.post(address, {"reason": "发错单位"}, follow=True).content.decode()
    assert "本函已于2021年9月15日作废" in html and "发错单位" in html
    assert "void-letter" not in html


def test_links_for_the_lead_bureau_only(world, client):
    hazard = late_hazard(world)
    link = f"{reverse(NEW)}?hazard={hazard.pk}"
    assert link in page(client, world.lead, "hazards:detail", hazard.pk)
    assert link not in page(client, world.dept_xiaofang, "hazards:detail", hazard.pk)
    link = f"{reverse(NEW)}?unit={world.xiaofang.pk}"
    assert link in page(client, world.lead, "campaign:unit", world.xiaofang.pk)
    assert link not in page(client, world.dept_xiaofang, "campaign:unit", world.xiaofang.pk)
    for name in ("hazards:list", "campaign:home"):
        assert f'href="{reverse("reports:letters")}"' in page(client, world.dept_xiaofang, name)


# --- Who is told ---------------------------------------------------------------------------------------


def test_a_hazards_page_leads_to_the_letters_that_list_it(world, client):
    hazard = late_hazard(world)
    letter = issued(world, hazard)
    address = f"{reverse('reports:letters')}?{urlencode({'q': letter.number})}"
    assert address in page(client, world.lead, "hazards:detail", hazard.pk)
    assert client.get(address).url == reverse("reports:letter", args=[letter.pk])
    read = page(client, world.tf_a, "hazards:detail", hazard.pk)  # not in the letter's unit: told, not led
    assert letter.number in read
    assert address not in read


def scan(world, day=TODAY):
    Campaign.objects.filter(pk=world.campaign.pk).update(clock=day)
    campaign = Campaign.objects.get(pk=world.campaign.pk)
    return collect(campaign, today=day, now=campaign.now())


def told(step):
    rows = Notice.objects.filter(kind=NoticeKind.LETTER, step=step)
    return sorted(rows.values_list("user__username", flat=True))


def test_the_unit_and_its_leaders_are_told_once_the_task_force_of_its_hazards(world):
    factories.member(Role.LEADER, department=world.xiaofang, username="chief")
    issued(world, late_hazard(world), late_hazard(world))
    scan(world)
    assert scan(world) == 0
    assert told(0) == ["chief", "xiaofang"]
    urged = Notice.objects.filter(kind=NoticeKind.URGED)
    assert sorted(urged.values_list("user__username", flat=True)) == ["tf_a", "tf_a", "tf_a2", "tf_a2"]
    assert "督办函 LG督〔2021〕1号" in urged.first().text


def test_two_letters_of_a_day_are_two_notices_that_lead_to_them(world, client):
    letters = [issued(world), issued(world)]
    scan(world)
    rows = notices_for(world.dept_xiaofang).filter(kind=NoticeKind.LETTER).order_by("letter_id")
    assert [row.address() for row in rows] == [reverse("reports:letter", args=[one.pk]) for one in letters]
    assert [row.about for row in rows] == [one.number for one in letters]
    client.force_login(world.dept_xiaofang)
    answer = client.post(reverse("notices:read", args=[rows[0].pk]), follow=True)
    assert letters[0].number in answer.content.decode()


def test_a_missing_reply_is_told_to_both_sides_once_and_a_reply_to_the_lead_bureau(world):
    letter = issued(world)
    for days in range(14):
        scan(world, TODAY + timedelta(days=days))
    assert told(1) == ["lead", "lead2", "xiaofang"]
    row = Notice.objects.filter(kind=NoticeKind.LETTER, step=1).select_related("letter").first()
    assert (row.due_on, "已逾期1天" in row.text) == (date(2021, 9, 24), True)
    assert still_hold([row])
    letter_actions.reply(letter.pk, by=world.dept_xiaofang, text="已整改", on=date(2021, 9, 28))
    assert not still_hold([Notice.objects.select_related("letter").get(pk=row.pk)])
    scan(world, date(2021, 9, 28))
    assert told(2) == ["lead", "lead2"]


def test_a_void_letter_is_not_told(world):
    letter = issued(world)
    letter_actions.void(letter.pk, by=world.lead, reason="发错")
    scan(world)
    assert not Notice.objects.filter(kind=NoticeKind.LETTER).exists()
