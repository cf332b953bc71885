"""催报: who is asked for a report, by whom, how often."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEntry
from campaigns.models import Campaign
from campaigns.periods import Period
from reports.centre.reminder_actions import remind
from reports.enums import ReportState
from reports.layouts import weekly
from reports.models import ReportReminder
from tests import factories

LAST_WEEK = Period(date(2021, 9, 6), date(2021, 9, 12))
THIS_WEEK = Period(date(2021, 9, 13), date(2021, 9, 19))


def ask(world, *units, by="lead", period=LAST_WEEK):
    return remind(world.campaign, units, weekly.FORM, period, by=getattr(world, by))


def test_a_missing_unit_is_asked_once_a_day(world):
    [row] = ask(world, world.xincheng)
    assert (row.department, row.form, row.period_end) == (world.xincheng, "weekly", LAST_WEEK.end)
    assert (row.by, row.on) == (world.lead, date(2021, 9, 15))
    assert AuditEntry.objects.filter(act="催报", user=world.lead).count() == 1
    with pytest.raises(ValidationError, match="今天已催报过"):
        ask(world, world.xincheng)
    Campaign.objects.filter(pk=world.campaign.pk).update(clock=date(2021, 9, 16))
    world.campaign.refresh_from_db()
    ask(world, world.xincheng)
    assert ReportReminder.objects.count() == 2


def test_who_has_handed_in_or_owes_nothing_yet_is_passed_over(world):
    factories.signed_report(world.campaign, world.xincheng, ReportState.FILLED)
    found = ask(world, world.xincheng, world.jingfa, world.xiaofang)
    assert {row.department for row in found} == {world.jingfa, world.xiaofang}
    with pytest.raises(ValidationError, match="没有需要催报的单位"):
        ask(world, world.xincheng)
    with pytest.raises(ValidationError, match="没有需要催报的单位"):
        ask(world, world.jingfa, period=THIS_WEEK)
    assert ReportReminder.objects.count() == 2


@pytest.mark.parametrize("who", ["leader", "assessor", "dept_xincheng", "tf_a", "operator_a", "other_lead"])
def test_only_the_lead_bureau_asks(world, who):
    with pytest.raises(PermissionDenied):
        ask(world, world.xincheng, by=who)
    assert not ReportReminder.objects.exists()


def post(client, **asked):
    return client.post(reverse("reports:remind"), {"form": "weekly", "period": "2021-09-12"} | asked)


def test_the_page_asks_one_or_all_and_says_whom(world, client):
    client.force_login(world.lead)
    address = reverse("reports:list") + "?form=weekly&period=2021-09-12"
    assert "催报全部缺报单位（4 家）" in client.get(address).content.decode()
    page = client.get(post(client, unit=world.xincheng.pk).url).content.decode()
    assert "已向新城中心催报，共 1 家" in page
    assert "催报全部缺报单位（3 家）" in page and "已催报" in page
    page = client.get(post(client).url).content.decode()
    assert "共 3 家" in page and "缺报单位今天均已催报" in page
    assert "没有需要催报的单位" in client.get(post(client).url).content.decode()
    assert ReportReminder.objects.count() == 4


def test_others_see_no_button(world, client):
    for who in (world.leader, world.dept_xincheng):
        client.force_login(who)
        page = client.get(reverse("reports:list"), {"period": "2021-09-12"}).content.decode()
        assert (
            "缺报" in page
            and "催报</button>" not in page
            and 'bi-bell" aria-hidden="true"></i>催报' not in page
        )


def test_a_wrong_day_asks_nobody(world, client):
    client.force_login(world.lead)
    for period in ("", "abc", (LAST_WEEK.end + timedelta(days=3650)).isoformat()):
        assert post(client, period=period).status_code == 302
    assert post(client, form="nothing").status_code == 404
    assert not ReportReminder.objects.exists()
