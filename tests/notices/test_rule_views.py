"""The page of a campaign's rules: checked, stale edits refused, back to the defaults and back again."""

from datetime import time

import pytest

from accounts.models import AuditEntry
from campaigns.edits import mark_of
from notices.enums import NoticeKind
from notices.models import NoticeRule, NoticeSettings
from notices.rule_forms import RulesForm, values_of
from notices.rules import rules_of
from tests.notices.test_inbox import TODAY

URL = "/notices/rules/"


def filled(campaign, **changes):
    """What a browser sends of the page as it stands, with changes; None leaves a field out."""
    form = RulesForm(values_of(campaign))
    data = {"opened": mark_of(values_of(campaign)), "campaign": campaign.pk}
    for field in form:
        value = field.value()
        if isinstance(value, bool):
            if value:
                data[field.name] = "on"
        elif isinstance(value, time):
            data[field.name] = f"{value:%H:%M}"
        elif isinstance(value, list):
            data[field.name] = "、".join(map(str, value))
        else:
            data[field.name] = value
    data |= changes
    return {name: value for name, value in data.items() if value is not None}


@pytest.fixture
def lead(world, client):
    client.force_login(world.lead)
    return client


def test_as_it_stands_it_changes_nothing(world, lead):
    assert lead.get(URL).status_code == 200
    answer = lead.post(URL, filled(world.campaign), follow=True)
    assert "没有改动" in answer.content.decode()
    assert NoticeRule.objects.count() == 0
    assert not AuditEntry.objects.filter(act="notices.rules").exists()


def test_what_is_saved_holds(world, lead):
    data = filled(
        world.campaign, days_due_soon="5，10 2", working_due_soon="on", on_imported=None,
        digest_at="09:30", leader_after="2",
    )  # fmt: skip
    assert lead.post(URL, data).status_code == 302
    rules = rules_of(world.campaign, TODAY)
    assert rules.days(NoticeKind.DUE_SOON) == (2, 5, 10)
    assert rules.changed["due_soon"].working_days
    assert not rules.enabled(NoticeKind.IMPORTED)
    assert (rules.settings.digest_at, rules.settings.leader_after) == (time(9, 30), 2)
    assert set(NoticeRule.objects.values_list("kind", flat=True)) == {"due_soon", "imported"}
    row = AuditEntry.objects.get(act="notices.rules")
    assert row.detail["changed"]["leader_after"] == ["3", "2"]
    assert rules_of(world.other, TODAY).changed == {}


def test_back_to_the_default_by_hand_leaves_no_row(world, lead):
    lead.post(URL, filled(world.campaign, days_due_soon="5"))
    lead.post(URL, filled(world.campaign, days_due_soon="7 3 1 0"))
    assert NoticeRule.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"days_due_soon": "3、x"}, "“x”不是天数"),
        ({"days_due_soon": "-1"}, "不是天数"),
        ({"days_due_soon": "366"}, "0 到 365 之间"),
        ({"days_overdue": "0、3"}, "1 到 365 之间"),
        ({"days_due_soon": "1 2 3 4 5 6 7 8 9 10 11"}, "最多填写 10 个"),
        ({"days_due_soon": ""}, "取消“启用”"),
        ({"days_overdue": ""}, "请至少填写一个天数"),
        ({"days_due_soon": "٣"}, "不是天数"),
        ({"lead_after": "2"}, "逐级递增"),
        ({"propose_after": "0"}, "1 到 365 之间的整数"),
        ({"leader_after": "1.5"}, "1 到 365 之间的整数"),
        ({"digest_at": "25:00"}, "请填写时间"),
        ({"digest_at": "07:00"}, "免打扰时段"),
        ({"digest_at": ""}, "请填写每日发送时间"),
    ],
)
def test_a_refused_form_changes_nothing_and_comes_back_filled(world, lead, changes, words):
    answer = lead.post(URL, filled(world.campaign, work_note="", quiet_to="07:45", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.replace("&quot;", '"')
    assert 'value="07:45"' in page
    for value in filter(None, changes.values()):
        assert f'value="{value}"' in page
    assert NoticeRule.objects.count() == NoticeSettings.objects.count() == 0


def test_days_may_be_empty_where_the_kind_is_off(world, lead):
    assert lead.post(URL, filled(world.campaign, on_due_soon=None, days_due_soon="")).status_code == 302
    assert not rules_of(world.campaign, TODAY).enabled(NoticeKind.DUE_SOON)


def test_what_must_not_be_missed_cannot_be_turned_off(world, lead):
    page = lead.get(URL).content.decode()
    assert 'name="on_overdue"' not in page
    lead.post(URL, filled(world.campaign, on_overdue=None, days_overdue="2"))
    assert NoticeRule.objects.get(kind="overdue").enabled


def test_a_stale_edit_is_refused_with_both_versions(world, lead, client):
    data = filled(world.campaign, days_due_soon="9")
    lead.post(URL, filled(world.campaign, days_due_soon="4", leader_after="1"))
    answer = lead.post(URL, data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("即将到期：提前天数", "4", "9") in answer.context["differing"]
    assert 'value="9"' in page
    assert rules_of(world.campaign, TODAY).days(NoticeKind.DUE_SOON) == (4,)
    again = lead.post(URL, {**data, "opened": answer.context["opened"]})
    assert again.status_code == 302
    assert rules_of(world.campaign, TODAY).days(NoticeKind.DUE_SOON) == (9,)


def test_reset_and_back(world, lead):
    lead.post(URL, filled(world.campaign, days_due_soon="4", digest_at="10:15"))
    before = values_of(world.campaign)
    lead.post("/notices/rules/reset/")
    assert rules_of(world.campaign, TODAY).days(NoticeKind.DUE_SOON) == (0, 1, 3, 7)
    assert "已恢复默认规则" in lead.get(URL).content.decode()
    assert "已撤销" in lead.post("/notices/rules/restore/", follow=True).content.decode()
    assert values_of(world.campaign) == before
    assert "没有可以撤销" in lead.post("/notices/rules/restore/", follow=True).content.decode()


def test_a_reset_is_not_taken_back_over_somebodys_newer_rules(world, lead):
    lead.post(URL, filled(world.campaign, days_due_soon="4"))
    lead.post("/notices/rules/reset/")
    lead.post(URL, filled(world.campaign, days_due_soon="6"))
    assert "没有撤销" in lead.post("/notices/rules/restore/", follow=True).content.decode()
    assert rules_of(world.campaign, TODAY).days(NoticeKind.DUE_SOON) == (6,)


def test_the_scan_leaves_the_settings(world, lead):
    """Times of scans are no rules: a form opened before a scan is not stale after it."""
    data = filled(world.campaign, days_due_soon="4")
    NoticeSettings.objects.create(campaign=world.campaign, scanned_at="2021-09-15T10:00:00Z")
    assert lead.post(URL, data).status_code == 302
    assert NoticeSettings.objects.get().scanned_at is not None
