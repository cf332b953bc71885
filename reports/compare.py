"""What differs between two issues of a report, figure by figure, and which records make the difference."""

from collections.abc import Iterator
from typing import Any

from reports.compile import from_json
from reports.drilldown.kept_records import NotKept, kept_ids, rows_of
from reports.indicators import Indicator, Ledger
from reports.kept_indicators import indicators_of
from reports.layouts.weekly_content import labels
from reports.models import Report

SCOPES = (("cumulative", "累计"), ("period", "本期"))
MOST_NAMED = 20
"""Records of one difference that are named; the rest are counted."""


def differences(old: Report | None, new: Report) -> list[dict[str, Any]]:
    """One entry a changed figure: {"row", "slug", "label", "scope", "old", "new", "gone", "come"}.

    row: "" for the figures of the whole, else the name of a roll-up's row. old, new: numbers as JSON keeps
    them, None for what is not known. gone, come: names of the records that one issue has and the other not.
    """
    if old is None:
        return []
    indicators = indicators_of(new)
    found: list[dict[str, Any]] = []
    for scope, words in SCOPES:
        for one, entry in _changed(
            indicators, words, "", old=old.figures.get(scope, {}), new=new.figures.get(scope, {})
        ):
            found.append(entry | _records(one, scope, old, new))
    return found + _changed_rows(indicators, old, new)


def _changed_rows(indicators: tuple[Indicator, ...], old: Report, new: Report) -> list[dict[str, Any]]:
    """The rows of a roll-up: those of the new issue, then those that only the old one has."""
    before, after = (
        {row["key"]: (row["name"], row["figures"]) for row in report.figures.get("rows", [])}
        for report in (old, new)
    )
    nothing: tuple[str, dict[str, Any]] = ("", {})
    return [
        entry
        for key, (name, _) in (before | after).items()
        for _, entry in _changed(
            indicators, "累计", name, old=before.get(key, nothing)[1], new=after.get(key, nothing)[1]
        )
    ]


def _changed(
    indicators: tuple[Indicator, ...], scope: str, row: str, *, old: dict[str, Any], new: dict[str, Any]
) -> Iterator[tuple[Indicator, dict[str, Any]]]:
    was, now = from_json(old), from_json(new)
    for one in indicators:
        if was.get(one.slug) == now.get(one.slug):
            continue
        entry = {"row": row, "slug": one.slug, "label": one.heading, "scope": scope}
        yield one, entry | {"old": old.get(one.slug), "new": new.get(one.slug), "gone": [], "come": []}


def _records(one: Indicator, scope: str, old: Report, new: Report) -> dict[str, list[str]]:
    """The records that make the difference, by what a person knows them by; none of typed figures."""
    if one.ledger in (Ledger.NOTHING, Ledger.ENTERPRISES):
        return {}
    try:
        before, after = set(kept_ids(old, one.slug, scope)), set(kept_ids(new, one.slug, scope))
    except NotKept:
        return {}
    return {"gone": _named(one, before - after, new), "come": _named(one, after - before, new)}


def _named(one: Indicator, ids: set[int], report: Report) -> list[str]:
    if not ids:
        return []
    rows = rows_of(one, report).filter(pk__in=sorted(ids)[:MOST_NAMED])
    rest = len(ids) - MOST_NAMED
    return [*labels(one, rows), *([f"另有{rest}条"] if rest > 0 else [])]
