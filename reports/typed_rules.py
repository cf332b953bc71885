"""Which figures a person may type into a report, and what can be typed (domain §5)."""

from collections.abc import Mapping
from decimal import Decimal

from campaigns.periods import Period
from reports.figures.counting import figures
from reports.indicators import Indicator, Ledger
from reports.layouts import FORMS
from reports.models import Report
from reports.queries import typed_by_units, typed_of

DECIMALS = {"万元": 6, "平方米": 2}
"""Places that a figure of the unit may have (fen are six of 万元); figures of other units are whole."""
LIMIT = Decimal(10) ** 9
NOTE_LENGTH = 200


def typeable(report: Report) -> list[Indicator]:
    """The figures that the system cannot know, in the form's order.

    Of a unit that works without this system, all; of any report, those of which no record is kept, and
    those that a unit may type while no record shows one. What is typed already can be corrected, also when
    records have begun to show some of it. What units have typed is not typed once more for the whole: it
    adds up.
    """
    campaign, form = report.campaign, FORMS[report.form]
    indicators = form.indicators_for(campaign, report.department)
    coverage = form.whose(campaign, report.department)
    if coverage.typed:
        return list(indicators)
    asked = [one for one in indicators if one.may_be_typed or one.ledger is Ledger.NOTHING]
    counted = figures(campaign, report.as_of, None, coverage, asked)
    known = {slug for slug, number in counted.items() if number}
    if report.department is None:
        period = Period(report.period_start, report.period_end)
        known.update(*typed_by_units(campaign, form, period).values())
    known -= typed_of(report).keys()
    return [one for one in asked if one.slug not in known]


def typing_faults(report: Report, values: Mapping[str, Decimal | None]) -> dict[str, list[str]]:
    """Why these values cannot be typed, by slug. None takes a typed one back."""
    allowed = {one.slug: one for one in typeable(report)}
    asked = FORMS[report.form].indicators_for(report.campaign, report.department)
    labels = {one.slug: one.label for one in asked}
    standing = typed_of(report)
    faults: dict[str, list[str]] = {}
    for slug, value in values.items():
        if slug not in labels:
            faults[slug] = ["该报表没有这项指标"]
        elif value is None and slug in standing:
            continue
        elif slug not in allowed:
            faults[slug] = [f"“{labels[slug]}”由系统按记录统计，不能手工填报"]
        elif value is not None and (fault := value_fault(allowed[slug], value)):
            faults[slug] = [fault]
    return faults


def value_fault(indicator: Indicator, value: Decimal) -> str:
    """Why the value cannot be a figure of the indicator; empty when it can."""
    if not value.is_finite():
        return f"“{indicator.label}”请填写数字"
    if value < 0:
        return f"“{indicator.label}”不能小于0"
    if value >= LIMIT:
        return f"“{indicator.label}”数值过大，请核对单位是否为{indicator.unit}"
    places = DECIMALS.get(indicator.unit, 0)
    if value != round(value, places):
        if not places:
            return f"“{indicator.label}”以{indicator.unit}为单位，请填写整数"
        return f"“{indicator.label}”最多{places}位小数（单位：{indicator.unit}）"
    return ""
