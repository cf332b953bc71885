"""Pages of due work: the board by due date, the matrix by unit, one piece of work with its records."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from campaigns.http import CampaignRequest
from campaigns.models import Campaign, Completion, Occurrence
from campaigns.work.board import (
    DONE,
    HOLDERS,
    LABELS,
    LATE,
    LINES_ALONE,
    OPEN_GROUPS,
    TODAY,
    WEEK,
    Edges,
    Group,
    all_rows,
    counts_of,
    edges_of,
    fill,
    groups_of,
    lines_from,
    lines_in,
    single_lines,
)
from campaigns.work.detail import detail_of
from campaigns.work.forms import EVERYBODY, MINE, STATES, CompletionForm, ManyForm, WorkFilter
from campaigns.work.matrix import matrix_of
from campaigns.work.queries import completions_for, occurrences_in
from campaigns.work.rows import show

UNDO = "work_undo"
"""Session key of the records made a moment ago, with one click or together."""
SHOWN_BY_STATE = {"open": OPEN_GROUPS, "late": (LATE,), "done": (DONE,), "all": tuple(LABELS)}


@require_safe
def work(request: CampaignRequest) -> HttpResponse:
    """The work list of the current campaign within the person's scope, by due date or by unit."""
    campaign = request.campaign or None
    if campaign is None:
        return render(request, "campaigns/work.html", {"campaign": None})
    form = WorkFilter(request.GET, scope=request.scope, campaign=campaign)
    rows = form.apply(occurrences_in(request.scope).filter(campaign=campaign))
    edges = edges_of(campaign, campaign.today())
    if (group := request.GET.get("fold", "")) in LABELS and form.value("line"):
        return _unfolded(request, campaign, rows, edges=edges, group=group)
    by_unit = request.GET.get("view") == "matrix"
    context = {
        "filter": form,
        "by_unit": by_unit,
        "today": edges.today,
        "board_url": address(request.GET, view=""),
        "matrix_url": address(request.GET, view="matrix", group="", line="", state=""),
        "mine_url": address(request.GET, who=""),
        "everybody_url": address(request.GET, who="all"),
        "undo": _undo(request),
    }
    if by_unit:
        context["matrix"] = matrix_of(
            rows, campaign, edges, first=form.value("from") or None, page=_page(request)
        )
        context["pager"] = _matrix_pager(request, context["matrix"])
        return render(request, "campaigns/work_matrix.html", context)
    context |= _board(request, campaign, form, rows=rows, edges=edges)
    return render(request, "campaigns/work.html", context)


def _unfolded(
    request: CampaignRequest, campaign: Campaign, rows: Any, *, edges: Edges, group: str
) -> HttpResponse:
    """A fragment: who stands behind one line of a group."""
    inside = rows.filter(edges.group(group)).order_by("department_id", "task_force__order", "pk")
    found = list(inside[:HOLDERS])
    shown = show(found, campaign, request.scope, edges.today)
    context = {
        "holders": [shown[row.pk] for row in found],
        "unnamed": inside.count() - len(found) if len(found) == HOLDERS else 0,
        "line_url": address(request.GET, fold=""),
    }
    return render(request, "campaigns/includes/work_holders.html", context)


def _board(
    request: CampaignRequest, campaign: Campaign, form: WorkFilter, *, rows: Any, edges: Edges
) -> dict[str, Any]:
    """The groups of the board, or one of them alone with its pages."""
    counts = counts_of(rows, edges)
    state = form.value("state") or "open"
    alone = form.value("group") or ({"late": LATE, "done": DONE}.get(state, ""))
    context: dict[str, Any] = {"counts": counts, "state": state, "alone": alone}
    if form.value("line"):
        groups, context["pager"] = _one_line(request, form, rows, edges)
    elif alone:
        groups, context["pager"] = _one_group(request, rows, edges, key=alone, counts=counts)
    else:
        groups = groups_of(rows, edges, counts, SHOWN_BY_STATE[state])
    shown = show(all_rows(groups), campaign, request.scope, edges.today)
    whose = MINE if form.only_mine else EVERYBODY
    for group in groups:
        group.url = address(request.GET, group=group.key, state="")  # type: ignore[attr-defined]
        for line in group.lines:
            line.shown = [shown[row.pk] for row in line.rows]  # type: ignore[attr-defined]
            line.url = f"?line={line.address}"  # type: ignore[attr-defined]
            line.fold_url = address(  # type: ignore[attr-defined]
                request.GET, line=line.address, fold=group.key, state="", group="", who=whose
            )
    if form.value("line") and groups:
        context |= {"line_title": str(groups[0].lines[0].source), "line_sums": line_sums(counts)}
    return context | {
        "groups": groups,
        "leads": campaign.pk in request.scope.led_campaigns,
        "has_folds": any(line.folded for group in groups for line in group.lines),
        "done_query": address(request.GET, state="done", group=""),
        "states": _states(request.GET, counts, state),
        "one_holder": len({one.holder for one in shown.values()}) == 1,
        "may_tick": any(one.may for one in shown.values()),
        "many": ManyForm(edges.today),
        "calm": not any(counts.get(key) for key in (LATE, TODAY, WEEK)),
        "empty": not any(counts.values()),
        "nothing_open": not any(counts.get(key) for key in OPEN_GROUPS),
    }


def line_sums(counts: dict[str, int]) -> dict[str, int]:
    """应报, 已报, 未报 of what the counts are of."""
    total, done = sum(counts.values()), counts.get(DONE, 0)
    return {"total": total, "done": done, "open": total - done}


def _one_line(
    request: CampaignRequest, form: WorkFilter, rows: Any, edges: Edges
) -> tuple[list[Group], dict[str, Any]]:
    """Everybody who owes one line, those who still owe it in front."""
    found = form.in_state(rows, edges.today) if form.value("state") else rows
    in_order = found.order_by("done_on", "department_id", "task_force__order", "pk")
    page = Paginator(in_order, LINES_ALONE).get_page(_page(request))
    group = Group("line", page.paginator.count, single_lines(page.object_list))
    return [group] if group.lines else [], _pager(request, page)


def _one_group(
    request: CampaignRequest, rows: Any, edges: Edges, *, key: str, counts: dict[str, int]
) -> tuple[list[Group], dict[str, Any]]:
    page = Paginator(lines_in(rows, edges, key), LINES_ALONE).get_page(_page(request))
    group = Group(key, counts.get(key, 0), lines_from(page.object_list))
    fill(rows, edges, [group])
    return [group] if group.lines else [], _pager(request, page)


def _states(params: QueryDict, counts: dict[str, int], state: str) -> list[dict[str, Any]]:
    """The quick filters with their numbers."""
    done = counts.get(DONE, 0)
    whole = sum(counts.values())
    numbers = {"open": whole - done, "late": counts.get(LATE, 0), "done": done, "all": whole}
    return [
        {
            "label": label,
            "count": numbers[key],
            "url": address(params, state="" if key == "open" else key, group="", line=""),
            "current": key == state and not params.get("group"),
            "alarm": key == "late" and numbers[key],
        }
        for key, label in STATES.items()
    ]


def address(params: QueryDict, **changes: str) -> str:
    """The address's parameters with some changed, without empty ones and without the page."""
    kept = params.copy()
    kept.pop("page", None)
    for name, value in changes.items():
        kept[name] = value
    for name in [name for name in kept if not kept[name]]:
        del kept[name]
    return f"?{kept.urlencode()}"


def _page(request: CampaignRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _pager(request: CampaignRequest, page: Any) -> dict[str, Any]:
    return _pager_of(request, page.number, page.paginator.num_pages, page.paginator.count)


def _matrix_pager(request: CampaignRequest, matrix: Any) -> dict[str, Any]:
    return _pager_of(request, matrix.page, matrix.pages, matrix.holders)


def _pager_of(request: CampaignRequest, number: int, pages: int, total: int) -> dict[str, Any]:
    def url(page: int) -> str:
        return f"{address(request.GET)}&page={page}"

    return {
        "total": total,
        "text": f"，第 {number} 页，共 {pages} 页" if pages > 1 else "",
        "first_url": url(1) if number > 1 else "",
        "prev_url": url(number - 1) if number > 1 else "",
        "next_url": url(number + 1) if number < pages else "",
    }


def _undo(request: CampaignRequest) -> list[Completion]:
    """The records that were made by the last click, offered once to be taken back."""
    keys = request.session.pop(UNDO, None)
    if not keys:
        return []
    rows = completions_for(request.user).filter(pk__in=keys, revoked_at=None, by=request.user)
    return list(rows.select_related("occurrence"))


@require_safe
def work_detail(request: CampaignRequest, pk: int) -> HttpResponse:
    """One piece of due work: what, whose, its records, the same work before and after, and of others."""
    row = get_object_or_404(occurrences_in(request.scope).select_related("campaign"), pk=pk)
    return detail_page(request, row, CompletionForm(row.campaign.today()))


def detail_page(
    request: CampaignRequest, row: Occurrence, form: CompletionForm, status: int = 200
) -> HttpResponse:
    """The page with its form, also where what was sent could not be saved."""
    context = detail_of(row, request.user, request.scope)
    return render(request, "campaigns/work_detail.html", context | {"form": form}, status=status)
