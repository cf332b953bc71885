"""The ids kept with a report: read back one figure at a time, and made into the figure again."""

from decimal import Decimal

import pytest

from hazards.enums import EnforcementKind
from hazards.models import Enforcement, Hazard
from reports.actions import Asked, compile_report
from reports.drilldown import kept_records
from reports.drilldown.kept_records import NotKept, amount_of, grouped, kept_ids
from reports.indicators import BY_SLUG
from reports.layouts import weekly
from reports.models import Report
from reports.queries import report_by_number
from tests import factories
from tests.reports.figure_worlds import LAST_WEEK, fill_ledger


@pytest.fixture
def report(world):
    fill_ledger(world)
    return compile_report(Asked(world.campaign, None, weekly.FORM, LAST_WEEK))[0]


def test_each_figure_has_its_own_list(report):
    for slug in ("found", "found_major", "rectified", "rectified_major"):
        for scope in ("cumulative", "period"):
            assert len(kept_ids(report, slug, scope)) == report.figures[scope][slug]
    found = Hazard.objects.filter(found_on__range=(LAST_WEEK.start, LAST_WEEK.end), campaign=report.campaign)
    assert kept_ids(report, "found", "period") == sorted(found.values_list("pk", flat=True))


def test_a_list_that_was_not_kept_is_told_from_an_empty_one(report):
    assert kept_ids(report, "shut_down", "period") == []
    for slug, scope in (("small_enterprises", "period"), ("foun", "cumulative"), ("nothing", "cumulative")):
        with pytest.raises(NotKept, match="未保存这项数据"):
            kept_ids(report, slug, scope)


def test_sums_and_enterprises_do_not_depend_on_chunks(report, world, monkeypatch):
    fen = {"kind": EnforcementKind.FINE, "amount": Decimal("0.01"), "enterprise": world.enterprise_a}
    for _ in range(4):
        factories.EnforcementFactory(campaign=world.campaign, **fen)
    fines, suspended = BY_SLUG["fines"], BY_SLUG["suspended"]
    by_kind = Enforcement.objects.order_by("pk").values_list("pk", flat=True)
    paid = list(by_kind.filter(kind=EnforcementKind.FINE))
    stopped = list(by_kind.filter(kind=EnforcementKind.SUSPENDED))
    for chunk in (1, 2, 5_000):
        monkeypatch.setattr(kept_records, "CHUNK", chunk)
        assert amount_of(paid, fines, report).figure == Decimal("1.280054")
        assert (amount_of(stopped, suspended, report).figure, len(stopped)) == (2, 3)
        firms = [firm for firm, _ in grouped(stopped, suspended, report)]
        assert firms == sorted(firms)
    assert amount_of([], fines, report).figure == 0
    assert amount_of([], suspended, report) == amount_of([], BY_SLUG["found"], report)


def test_a_number_names_one_report(report):
    seen = Report.objects.all()
    assert report_by_number(seen, f"LG-weekly-0-{LAST_WEEK.end:%Y%m%d}-1") == report
    for wrong in ("", "LG", "XX-weekly-0-20210912-1", "LG-monthly-0-20210912-1", "LG-weekly-0-20210912-²"):
        assert report_by_number(seen, wrong) is None
    assert report_by_number(seen.none(), f"LG-weekly-0-{LAST_WEEK.end:%Y%m%d}-1") is None
