"""The records behind a figure of a report, as they were kept with it: their ids, and what these amount to.

Reads only. A list can be a million ids long: it is loaded whole, and never sent to the database whole.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from reports.compile import ROWS
from reports.figures.counting import ledger_rows, span_of
from reports.indicators import Indicator, Number
from reports.models import Report

CUMULATIVE, PERIOD = "cumulative", "period"
CHUNK = 5_000
"""Ids that one query is given."""


class NotKept(Exception):
    """There is no list of records with the report; the words say why."""


def kept_ids(report: Report, slug: str, scope: str) -> list[int]:
    """Ids of the records behind one figure, in their order; NotKept where the report has no such list."""
    found = _kept(report, slug)
    if scope not in found:
        raise NotKept("本期汇总时未保存这项数据的明细")
    return [int(one) for one in found[scope]]


def kept_share(ids: Sequence[int], indicator: Indicator, report: Report, row: str) -> list[int]:
    """Those of the ids that counted for one row of the roll-up when it was compiled, `row` as its address
    names it; NotKept where the report does not say.
    """
    found = _kept(report, ROWS).get(indicator.ledger.value, {})
    if row not in found:
        raise NotKept("本期汇总时未保存各行的明细")
    counted = set(found[row])
    return [one for one in ids if one in counted]


def _kept(report: Report, name: str) -> dict[str, Any]:
    """One part of the file, the only one that is read into numbers; empty where it has no such part."""
    if not report.records:
        raise NotKept("本期汇总时未保存明细")
    try:
        with report.records.open("rb") as stored:
            text = gzip.decompress(stored.read()).decode()
        place = text.find(f'"{name}":{{')
        return json.JSONDecoder().raw_decode(text, place + len(name) + 3)[0] if place >= 0 else {}
    except (OSError, EOFError, ValueError) as error:
        raise NotKept("保存的明细文件缺失或已损坏，请联系系统管理员") from error


def rows_of(indicator: Indicator, report: Report) -> QuerySet[Any]:
    """All rows of the table that the figure's records come from, whatever happened to them since."""
    span = span_of(report.campaign, report.as_of)
    return ledger_rows(indicator.ledger, report.campaign, span).model._default_manager.all()


@dataclass(frozen=True)
class Amount:
    """What records come to: the figure that they make, and how many they are."""

    figure: Number
    records: int


def in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """The ids, so many at a time as a query takes."""
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def amount_of(ids: Sequence[int], indicator: Indicator, report: Report) -> Amount:
    """The figure made again from its records: their number, their sum, or so many different ones 家."""
    if not indicator.sums and not indicator.distinct:
        return Amount(len(ids), len(ids))
    rows = rows_of(indicator, report).order_by()
    if indicator.distinct:
        return Amount(len({group for group, _ in grouped(ids, indicator, report)}), len(ids))
    sums = (rows.filter(pk__in=some).aggregate(n=Sum(indicator.sums))["n"] for some in in_chunks(ids))
    return Amount(indicator.number(sum(one for one in sums if one is not None)), len(ids))


def grouped(ids: Sequence[int], indicator: Indicator, report: Report) -> list[tuple[int, int]]:
    """(what is counted once, record) of each record, those of one enterprise one after the other."""
    rows = rows_of(indicator, report).order_by()
    return sorted(
        pair
        for some in in_chunks(ids)
        for pair in rows.filter(pk__in=some).values_list(indicator.distinct, "pk")
        if pair[0] is not None
    )
