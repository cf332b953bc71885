"""What people do about due work: record it as done, alone or several at once, take back, fetch files."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from campaigns.evidence import read_evidence
from campaigns.http import CampaignRequest
from campaigns.kept_files import serve
from campaigns.models import Completion, Occurrence
from campaigns.work import actions as work_actions
from campaigns.work.forms import CompletionForm, ManyForm
from campaigns.work.queries import completions_for, evidence_for, occurrences_in
from campaigns.work.rows import holder_name
from campaigns.work.rules import may_complete
from campaigns.work.views import UNDO, detail_page

MANY = 200
"""Rows that can be ticked at a time."""


@require_POST
def complete(request: CampaignRequest, pk: int) -> HttpResponse:
    """Record it as done: with one click, or with day, note and files from its page."""
    row = get_object_or_404(occurrences_in(request.scope).select_related("campaign"), pk=pk)
    if not may_complete(request.scope, row):
        raise PermissionDenied("您可以查看这项工作，但不能填报完成情况，请由责任单位或牵头单位填报")
    if "quick" in request.POST:
        return _quick(request, row)
    form = CompletionForm(row.campaign.today(), request.POST, request.FILES)
    seen = _seen(request)
    if form.is_valid():
        data = form.cleaned_data
        try:
            work_actions.complete(
                row.pk,
                by=request.user,
                on=data["on"],
                note=data["note"],
                files=data["evidence"],
                seen=seen,
                request=request,
            )
        except ValidationError as fault:
            _put(form, fault)
        else:
            messages.success(request, f"已保存：{row.source}。", extra_tags=f"draft-clear:work-{row.pk}")
            return redirect("campaigns:work_detail", row.pk)
    elif seen is not None and (told := work_actions.recorded_since(row, seen)):
        form.add_error(None, told)
    _add_file_faults(form)
    return detail_page(request, row, form, status=422)


def _quick(request: CampaignRequest, row: Occurrence) -> HttpResponse:
    try:
        completion = work_actions.complete(row.pk, by=request.user, seen=_seen(request), request=request)
    except ValidationError as fault:
        messages.warning(
            request, f"没有保存：{row.source}（{holder_name(row)}）。" + "；".join(fault.messages)
        )
    else:
        messages.success(request, f"已完成：{row.source}（{holder_name(row)}）。")
        request.session[UNDO] = [completion.pk]
    return redirect(_back(request))


def _seen(request: CampaignRequest) -> int | None:
    """How many records the page showed; None when it does not say."""
    seen = request.POST.get("seen", "")
    return int(seen[:6]) if seen.isascii() and seen.isdigit() else None


def _put(form: CompletionForm, fault: ValidationError) -> None:
    """What the action complains of goes beside its field."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    for name, errors in fault.error_dict.items():
        field = {"files": "evidence"}.get(name, name)
        form.add_error(field if field in form.fields else None, errors)


def _add_file_faults(form: CompletionForm) -> None:
    """Where the form comes back anyway, say what is wrong with its files too: one round, not two."""
    if "evidence" in form.errors:
        return
    try:
        read_evidence(form.cleaned_data.get("evidence") or ())
    except ValidationError as fault:
        form.add_error("evidence", fault)


@require_POST
def complete_many(request: CampaignRequest) -> HttpResponse:
    """Record several ticked rows as done with one day and one note; each is saved or refused by itself."""
    campaign = request.campaign or None
    if campaign is None:
        raise Http404
    if not request.scope.may_write:
        raise PermissionDenied("您的角色只能查看，不能填报完成情况")
    keys = _keys(request, "row")
    if not keys:
        messages.error(request, "请先勾选已完成的工作。")
        return redirect(_back(request))
    if len(keys) > MANY:
        messages.error(request, f"一次最多勾选 {MANY} 项，现有 {len(keys)} 项，没有保存。")
        return redirect(_back(request))
    rows = list(
        occurrences_in(request.scope).filter(campaign=campaign, pk__in=keys).select_related("campaign")
    )
    if not rows:
        raise Http404
    form = ManyForm(campaign.today(), request.POST)
    done, refused = _complete_each(request, rows, form) if form.is_valid() else ([], {})
    if not done:
        for row in rows:
            row.refusal = refused.get(row.pk, "")  # type: ignore[attr-defined]
        context = {"form": form, "rows": rows, "next": _back(request), "refused": len(refused)}
        return render(request, "campaigns/work_many.html", context, status=422)
    _tell_many(request, rows, refused, len(keys) - len(rows))
    request.session[UNDO] = done
    return redirect(_back(request))


def _keys(request: CampaignRequest, name: str) -> list[int]:
    given = request.POST.getlist(name)
    return list(dict.fromkeys(int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 19))


def _complete_each(
    request: CampaignRequest, rows: list[Occurrence], form: ManyForm
) -> tuple[list[int], dict[int, str]]:
    """The records made, and why some were refused, by the id of the work."""
    made: list[int] = []
    refused: dict[int, str] = {}
    for row in rows:
        try:
            done = work_actions.complete(row.pk, by=request.user, request=request, **form.cleaned_data)
            made.append(done.pk)
        except ValidationError as fault:
            refused[row.pk] = "；".join(fault.messages)
        except PermissionDenied as fault:
            refused[row.pk] = str(fault)
    return made, refused


def _tell_many(
    request: CampaignRequest, rows: list[Occurrence], refused: dict[int, str], unseen: int
) -> None:
    messages.success(request, f"已完成 {len(rows) - len(refused)} 项。")
    lines = [f"{row.source}（{holder_name(row)}）：{refused[row.pk]}" for row in rows if row.pk in refused]
    if unseen:
        lines.append(f"另有 {unseen} 项没有找到，或不在您的权限范围内")
    if lines:
        messages.warning(request, f"{len(refused) + unseen} 项没有保存：\n" + "\n".join(lines))


@require_POST
def revoke(request: CampaignRequest, pk: int) -> HttpResponse:
    """Take back a record that was made by mistake."""
    try:
        row = work_actions.revoke(pk, by=request.user, request=request)
    except Completion.DoesNotExist as fault:
        raise Http404 from fault
    except ValidationError as fault:
        messages.warning(request, "；".join(fault.messages))
        return redirect(_back(request))
    messages.success(request, f"已撤回：{row.source}（{holder_name(row)}）的一条完成记录。")
    return redirect(
        _back(request) if request.POST.get("next") else reverse("campaigns:work_detail", args=[row.pk])
    )


@require_POST
def revoke_many(request: CampaignRequest) -> HttpResponse:
    """Take back the records that were made together; each is checked and taken back or refused by itself."""
    keys = _keys(request, "completion")[:MANY]
    found = completions_for(request.user).filter(pk__in=keys).select_related("occurrence")
    records = {row.pk: row for row in found}
    if not records:
        raise Http404
    refused: list[str] = []
    denied: PermissionDenied | None = None
    for key, record in records.items():
        try:
            work_actions.revoke(key, by=request.user, request=request)
        except ValidationError as fault:
            refused.append(f"{_title(record)}：{'；'.join(fault.messages)}")
        except PermissionDenied as fault:
            refused.append(f"{_title(record)}：{fault}")
            denied = fault
    done = len(records) - len(refused)
    if denied is not None and not done:
        raise denied
    if done:
        messages.success(request, f"已撤回 {done} 条完成记录。")
    if refused:
        messages.warning(request, f"{len(refused)} 条没有撤回：\n" + "\n".join(refused))
    return redirect(_back(request))


def _title(record: Completion) -> str:
    return f"{record.occurrence.source}（{holder_name(record.occurrence)}）"


def _back(request: CampaignRequest) -> str:
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if here else reverse("campaigns:work")


@require_safe
def evidence(request: CampaignRequest, key: UUID, size: str) -> HttpResponseBase:
    """A file that shows work done, checked again at each download: the picture, its thumbnail, or a PDF."""
    if size not in ("file", "thumbnail"):
        raise Http404
    found = get_object_or_404(evidence_for(request.user), pk=key)
    stored = getattr(found, size)
    if not stored:
        raise Http404("这份材料没有缩略图")
    return serve(
        request,
        stored,
        mark=f"{found.sha256[:32]}-{size}",
        name=found.name,
        kind="image/jpeg" if found.is_picture else "application/pdf",
        # A PDF may hold anything: it opens in the person's own reader, never in a page of this site.
        as_attachment=not found.is_picture,
    )
