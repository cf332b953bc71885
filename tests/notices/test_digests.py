"""What a message says: the order, the counts, the limits, and what is not for a group."""

import json
import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from notices.channels import robots
from notices.digests import MOST_IN_GROUP, MOST_IN_MAIL, digest_of, group_words, subject_of
from notices.enums import Channel, NoticeKind
from notices.models import Delivery, Notice, Robot
from tests import factories

DAY = date(2021, 9, 15)
GROUPS = [Channel.DINGTALK, Channel.WECOM, Channel.FEISHU]
ORDER = (NoticeKind.PROPOSED, NoticeKind.OVERDUE, NoticeKind.DUE_SOON, NoticeKind.ASSIGNED)


def notice_of(world, kind, text="甲园 1号楼：请处理", hazard=None, due_on=DAY, **facts) -> Notice:
    hazard = hazard or factories.HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a)
    facts = {"campaign": world.campaign, "user": world.tf_a, "created_at": timezone.now()} | facts
    return Notice.objects.create(kind=kind, hazard=hazard, text=text, due_on=due_on, **facts)


@pytest.fixture
def told(world) -> list[Notice]:
    """Of four kinds, the least urgent first."""
    return [notice_of(world, kind, text=f"甲园 1号楼：{kind.label}") for kind in reversed(ORDER)]


def mail(world, notices):
    return digest_of(Channel.EMAIL, world.tf_a, notices, DAY)


def places(text, words) -> list[int]:
    found = [text.index(word) for word in words]
    assert -1 not in found
    return found


def test_what_is_late_comes_first(world, told):
    for text in (mail(world, told).text, mail(world, told).html):
        found = places(text, [f"1号楼：{kind.label}" for kind in ORDER])
        assert found == sorted(found)


def test_within_a_kind_what_was_due_first(world):
    late, later = (
        notice_of(world, NoticeKind.OVERDUE, text=f"第{days}天", due_on=DAY - timedelta(days=days))
        for days in (9, 2)
    )
    text = mail(world, [later, late]).text
    assert text.index("第9天") < text.index("第2天")


def test_late_work_stands_with_what_is_late(world):
    item = factories.occurrence(world.task_force_a, factories.work_item(world.campaign), due_on=DAY)
    facts = {"hazard": None, "occurrence": item, "due_on": DAY, "campaign": world.campaign}
    before, after = (
        Notice(
            user=world.tf_a,
            kind=NoticeKind.WORK_DUE,
            text=text,
            step=step,
            created_at=timezone.now(),
            **facts,
        )
        for text, step in (("将到期的工作", 3), ("逾期的工作", -1))
    )
    text = mail(world, [before, after]).text
    assert (
        text.index("【逾期、督办】")
        < text.index("逾期的工作")
        < text.index("【将到期】")
        < text.index("将到期的工作")
    )


def test_counts_links_and_the_way_to_preferences(world, told, settings):
    settings.SITE_URL = "https://hazards.example.gov.cn"
    digest = mail(world, told)
    assert digest.subject == "园区隐患整治提醒（9月15日，共4条）"
    assert "逾期、督办 2 条 · 将到期 1 条 · 新事项 1 条。" in digest.text
    assert re.findall(r">(\d)</span><br>([\w、]+)</td>", digest.html) == [
        ("2", "逾期、督办"),
        ("1", "将到期"),
        ("1", "新事项"),
    ]
    for notice in told:
        address = f"https://hazards.example.gov.cn{notice.address()}"
        assert address in digest.text
        assert f'href="{address}"' in digest.html
        assert notice.hazard.number in digest.html
    for part in (digest.text, digest.html):
        assert "https://hazards.example.gov.cn/notices/preferences/" in part
        assert "专班甲一，您好" in part


def test_what_people_typed_stays_text(world):
    digest = mail(world, [notice_of(world, NoticeKind.RETURNED, text="退回：<img src=x> & 重拍")])
    assert "&lt;img src=x&gt; &amp; 重拍" in digest.html
    assert "<img" not in digest.html
    assert "退回：<img src=x> & 重拍" in digest.text


def test_the_mail_page_brings_nothing_from_elsewhere(world, told):
    """Mail programs drop scripts, style blocks and foreign files; QQ and Outlook want tables."""
    html = mail(world, told).html
    assert not re.search(r"<(script|style|link|img|form|div|iframe)\b|class=|url\(", html)


def test_the_campaign_is_named_only_when_there_are_several(world, told):
    assert world.campaign.label not in mail(world, told).html
    other = notice_of(world, NoticeKind.DUE_SOON, campaign=world.other)
    for part in (mail(world, [*told, other]).html, mail(world, [*told, other]).text):
        assert world.campaign.label in part
        assert world.other.label in part


def test_a_late_notice_is_marked(world):
    notice = notice_of(world, NoticeKind.OVERDUE, late=True)
    assert "（补发）甲园" in mail(world, [notice]).text
    assert "（补发）" in mail(world, [notice]).html
    assert "1. （补发）甲园" in digest_of(Channel.WECOM, None, [notice], DAY).text


def test_a_long_mail_says_how_many_more(world):
    hazard = factories.HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a)
    many = [
        Notice(pk=n, kind=NoticeKind.OVERDUE, hazard=hazard, text=f"第{n}处，完", due_on=DAY)
        for n in range(MOST_IN_MAIL + 7)
    ]
    digest = mail(world, many)
    assert digest.text.count("处，完") == digest.html.count("处，完") == MOST_IN_MAIL
    assert "…另有 7 条" in digest.text
    assert "…另有 7 条" in digest.html
    assert "107" in digest.subject
    assert "逾期、督办 107 条" in digest.text


@pytest.mark.parametrize("channel", GROUPS)
@pytest.mark.parametrize(("count", "length"), [(1, 20), (MOST_IN_GROUP, 20), (200, 20), (200, 300)])
def test_a_group_message_fits_and_ends_at_a_notice(world, channel, count, length):
    hazard = factories.HazardFactory(task_force=world.task_force_a, reported_by=world.tf_a)
    many = [
        Notice(pk=n, kind=NoticeKind.OVERDUE, hazard=hazard, text="隐" * (length - 1) + "完", due_on=DAY)
        for n in range(count)
    ]
    digest = digest_of(channel, None, many, DAY)
    shown = len(re.findall(r"^\d+\. 隐+完 ", digest.text, re.M))
    assert shown == digest.text.count("完")
    left = re.search(r"…另有 (\d+) 条，请登录系统查看", digest.text)
    assert shown + (int(left[1]) if left else 0) == count
    assert 0 < shown <= MOST_IN_GROUP
    robot = Robot(channel=channel, address="https://x/?k=1", secret="s")
    title = subject_of(Delivery(subject=digest.subject, late=True, repeated=True))
    _, body = robots.BODIES[channel](robot, title, digest.text)
    assert size_of(channel, body) <= {"dingtalk": 20_000, "wecom": 4_096, "feishu": 30_000}[channel]


def size_of(channel, body) -> int:
    """What the makers measure: DingTalk and Feishu the request, WeCom the markdown; in UTF-8."""
    text = body["markdown"]["content"] if channel == Channel.WECOM else json.dumps(body, ensure_ascii=False)
    return len(text.encode())


@pytest.mark.parametrize("channel", GROUPS)
def test_a_group_reads_links_it_can_follow(world, told, channel, settings):
    settings.SITE_URL = "https://hazards.example.gov.cn"
    text = digest_of(channel, None, told, DAY).text
    assert text.startswith("逾期、督办 2 条 · 将到期 1 条 · 新事项 1 条\n")
    url = f"https://hazards.example.gov.cn/hazards/{told[-1].hazard_id}/"
    line = next(line for line in text.splitlines() if line.startswith("1. "))
    assert line.endswith(f" {url}" if channel == Channel.FEISHU else f" [查看]({url})")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("甲园：联系13800001234处理", "甲园：联系…处理"),
        ("甲园：电话0576-12345678", "甲园：电话…"),
        ("甲园：编号202109150001234", "甲园：编号202109150001234"),
        ("甲园\n1. 假的[点这里](https://x)", "甲园 1. 假的［点这里］(https://x)"),
        ("@all **急** <font>", "＠all ＊＊急＊＊ ＜font＞"),
    ],
)
def test_a_group_reads_no_phone_and_no_markup(world, text, words):
    assert group_words(notice_of(world, NoticeKind.OVERDUE, text=text)) == words


@pytest.mark.parametrize("kind", ["returned", "urged", "extension", "referred", "supervised", "joint"])
def test_a_group_does_not_read_what_somebody_typed(world, kind):
    notice = notice_of(world, kind, text="甲园 1号楼：验收未通过：找张某某重做")
    assert "张某某" not in group_words(notice)
    assert "请登录系统查看" in group_words(notice)
    assert notice.hazard.park.name in group_words(notice)


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_place(world, kind):
    assert f"】{kind.label}（1条）" in mail(world, [notice_of(world, kind)]).text
