"""Two issues of a report side by side."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from campaigns.periods import Period
from reports.enums import ReportState
from reports.signing import actions as sign_actions
from reports.signing.comparison import choices_of, pair, title_of
from tests import factories

EARLIER = Period(date(2021, 8, 30), date(2021, 9, 5))


def draft(world, unit="xincheng", state=ReportState.DRAFT, period=None):
    department = getattr(world, unit) if unit else None
    return factories.signed_report(world.campaign, department, state, period=period)


def test_numbers_and_what_became_of_them():
    assert pair(1, 3).change == "增加 2"
    assert pair(Decimal("1.5"), Decimal("1.25")).change == "减少 0.25"
    assert pair(4, 4).change == pair(None, None).change == ""
    assert (pair(None, 2).change, pair(2, None).change) == ("新填", "已取消")
    assert pair(None, 0).old == "—"


def test_issues_on_offer_the_one_before_first(world):
    earlier = draft(world, period=EARLIER)
    first = draft(world, state=ReportState.ISSUED)
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    second = sign_actions.reopen(first.pk, by=world.lead, reason="补报")
    draft(world, "jingfa")
    assert choices_of(second) == [first, earlier]
    assert choices_of(first) == [second, earlier]
    assert title_of(first) == "2021年9月6日至12日 第1期（已印发）"


def compare(client, report, **asked):
    return client.get(reverse("reports:compare", args=[report.pk]), asked)


def test_two_issues_side_by_side(world, client):
    first = draft(world, state=ReportState.ISSUED)
    factories.HazardFactory(task_force=world.task_force_a, category=world.category)
    client.force_login(world.lead)
    assert "还没有可以对照的其他各期" in compare(client, first).content.decode()
    second = sign_actions.reopen(first.pk, by=world.lead, reason="补报")
    shown = compare(client, second)
    assert shown.context["other"] == first
    line = next(pairs for one, pairs in shown.context["lines"] if one.slug == "found")
    assert (line[0].old, line[0].new, line[0].change) == ("0", "1", "增加 1")
    assert "补报" in shown.content.decode()


def test_the_rollups_rows_and_the_period_before(world, client):
    earlier = draft(world, None, period=EARLIER)
    factories.HazardFactory(task_force=world.task_force_a, category=world.category, found_on=date(2021, 9, 8))
    now = draft(world, None)
    client.force_login(world.leader)
    shown = compare(client, now, **{"with": earlier.pk})
    assert shown.context["other"] == earlier and shown.context["other_period"]
    row = dict(shown.context["rows"])["市新城开发建设中心"]
    assert [pair.change for pair in row if pair.change] == ["增加 1"]
    assert "0 → 1" in shown.content.decode()


def test_others_reports_are_not_compared(world, client):
    mine, theirs = draft(world), draft(world, "jingfa")
    client.force_login(world.dept_xincheng)
    assert compare(client, theirs).status_code == 404
    assert compare(client, mine, **{"with": theirs.pk}).context["other"] is None
