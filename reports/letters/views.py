"""Pages of supervision letters 督办函: list, write one, one letter, its workbook, reply, void."""

import io
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.enums import AuditResult
from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.queries import units_of
from hazards.filters import querystring
from hazards.models import Hazard
from hazards.queries import hazards_in
from parks.models import Department
from reports.downloads import DAMAGED, Damaged, as_download, letter_file_name, stored
from reports.letters import actions as letter_actions
from reports.letters.forms import LetterFilter, LetterForm, ReplyForm, VoidForm
from reports.letters.queries import TO_REPAIR, answer_light, in_arrears, letters_in, unanswered, with_answers
from reports.models import SupervisionLetter

PAGE = 50


@require_safe
def letters(request: CampaignRequest) -> HttpResponse:
    """The campaign's letters, as far as they concern the person."""
    campaign = request.campaign
    mine = letters_in(request.scope)
    mine = mine.filter(campaign=campaign) if campaign else mine.none()
    form = LetterFilter(request.GET, campaign)
    said = form.cleaned_data.get("q")
    if said and (asked := mine.filter(number=said).first()):
        return redirect("reports:letter", asked.pk)  # a number given in full, as a hazard's page does
    rows = with_answers(form.apply(mine)).select_related("department", "campaign")
    page = Paginator(rows.order_by("-issued_on", "-pk"), PAGE).get_page(request.GET.get("page"))
    base = querystring(request.GET, drop=("page",))

    def address(number: int) -> str:
        return f"?{base}&page={number}" if base else f"?page={number}"

    shown = list(page.object_list)
    for row in shown:
        row.light, row.words = answer_light(row, row.replied_on, row.campaign.today())  # type: ignore[attr-defined]
    late = unanswered(mine).filter(reply_by__lt=campaign.today()).count() if campaign else 0
    context = {
        "rows": shown,
        "form": form,
        "late": late,
        "leads": bool(campaign and letter_actions.may_write(request.scope, campaign)),
        "pager": {
            "total": page.paginator.count,
            "first_url": address(1) if page.number > 1 else "",
            "prev_url": address(page.previous_page_number()) if page.has_previous() else "",
            "next_url": address(page.next_page_number()) if page.has_next() else "",
        },
    }
    return render(request, "reports/letters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def letter_new(request: CampaignRequest) -> HttpResponse:
    """Choose a unit, then its hazards; `preview` shows the letter below the form, else it is issued."""
    hazard = _hazard_asked(request)
    campaign = _led(request, hazard)
    given = request.POST if request.method == "POST" else request.GET
    unit = _unit_asked(campaign, given.get("unit", ""), hazard)
    if unit is None:
        return _units_page(request, campaign)
    data = request.POST if request.method == "POST" else None
    form = LetterForm(campaign, unit, data, chosen=hazard.pk if hazard else None)
    made = None
    if data is not None and form.is_valid():
        try:
            if "preview" not in data:
                letter = letter_actions.issue(campaign, form.wish(), by=request.user, request=request)
                said, clear = f"已印发 {letter}，{unit}会收到提醒。", f"draft-clear:letter-{unit.pk}"
                messages.success(request, said, extra_tags=clear)
                return redirect("reports:letter", letter.pk)
            made = letter_actions.draft(campaign, form.wish(), by=request.user)
        except ValidationError as fault:
            put_errors(form, fault)
    context = {
        "form": form,
        "unit": unit,
        "settled": hazard if hazard and hazard.status not in TO_REPAIR else None,
        "letter": made.letter if made else None,
        "listed": made.rows if made else [],
    }
    return render(request, "reports/letter_new.html", context, status=422 if form.errors else 200)


def _units_page(request: CampaignRequest, campaign: Campaign) -> HttpResponse:
    """To which unit? Those in arrears first."""
    refused = request.method == "POST"
    context = {"units": in_arrears(campaign), "all_units": units_of(campaign), "refused": refused}
    return render(request, "reports/letter_units.html", context, status=422 if refused else 200)


@require_safe
def letter(request: CampaignRequest, pk: int) -> HttpResponse:
    """One letter as it prints, with what was answered."""
    return _page(request, _asked(request, pk))


@require_safe
def letter_download(request: CampaignRequest, pk: int) -> HttpResponseBase:
    """The workbook as it was sealed at issue; refused when the stored file was tampered with."""
    row = _asked(request, pk)
    try:
        content = stored(row)
    except Damaged:
        audit.record(
            "下载督办函", user=request.user, target=str(row), request=request, result=AuditResult.FAILED
        )
        messages.error(request, DAMAGED)
        return redirect("reports:letter", row.pk)
    audit.record("下载督办函", user=request.user, target=str(row), request=request, sha256=row.sha256)
    return as_download(io.BytesIO(content), letter_file_name(row))


@require_POST
def letter_reply(request: CampaignRequest, pk: int) -> HttpResponse:
    """回复: a refused one comes back filled, on the same page."""
    row = _asked(request, pk)
    if not letter_actions.may_reply(request.scope, row):
        raise PermissionDenied("督办函由收函单位回复")
    form = ReplyForm(row, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            letter_actions.reply(row.pk, by=request.user, text=given["text"], on=given["on"], request=request)
        except ValidationError as fault:
            put_errors(form, fault)
        else:
            messages.success(request, f"已回复 {row}", extra_tags=f"draft-clear:reply-{row.pk}")
            return redirect("reports:letter", row.pk)
    return _page(request, row, reply=form)


@require_POST
def letter_void(request: CampaignRequest, pk: int) -> HttpResponse:
    """作废, for a reason; what was typed comes back when it is refused."""
    row = _asked(request, pk)
    if not letter_actions.may_write(request.scope, row.campaign):
        raise PermissionDenied(letter_actions.LEAD_ONLY)
    form = VoidForm(request.POST)
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            letter_actions.void(row.pk, by=request.user, reason=reason, request=request)
        except ValidationError as fault:
            put_errors(form, fault)
        else:
            messages.success(request, f"已作废 {row}，编号保留不再使用。")
            return redirect("reports:letter", row.pk)
    return _page(request, row, void=form)


def _page(
    request: CampaignRequest,
    row: SupervisionLetter,
    *,
    reply: ReplyForm | None = None,
    void: VoidForm | None = None,
) -> HttpResponse:
    replies = list(row.replies.select_related("by__department"))
    light, words = answer_light(row, replies[0].on if replies else None, row.campaign.today())
    visible = hazards_in(request.scope).filter(letter_rows__letter=row)
    context: dict[str, Any] = {
        "letter": row,
        "listed": row.rows.order_by("order"),
        "visible": set(visible.values_list("pk", flat=True)),
        "replies": replies,
        "light": light,
        "words": words,
        "reply": None,
        "void": None,
    }
    if not row.voided_on and letter_actions.may_reply(request.scope, row):
        context["reply"] = reply or ReplyForm(row)
    if not row.voided_on and letter_actions.may_write(request.scope, row.campaign):
        context["void"] = void or VoidForm()
    refused = (reply and reply.errors) or (void and void.errors)
    return render(request, "reports/letter.html", context, status=422 if refused else 200)


def _asked(request: CampaignRequest, pk: int) -> SupervisionLetter:
    """The letter, or 404 when it is none of this person's business."""
    seen = letters_in(request.scope).select_related(
        "campaign__lead_department", "department", "by", "voided_by"
    )
    return get_object_or_404(seen, pk=pk)


def _hazard_asked(request: CampaignRequest) -> Hazard | None:
    """The hazard from whose page or notice the person comes."""
    said = request.GET.get("hazard", "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    seen = hazards_in(request.scope).select_related("campaign__lead_department", "responsible_department")
    return get_object_or_404(seen, pk=int(said))


def _led(request: CampaignRequest, hazard: Hazard | None) -> Campaign:
    """The hazard's campaign, else the one at hand: only for its lead bureau."""
    campaign = hazard.campaign if hazard else request.campaign
    if not campaign or not letter_actions.may_write(request.scope, campaign):
        raise PermissionDenied(letter_actions.LEAD_ONLY)
    return campaign


def _unit_asked(campaign: Campaign, said: str, hazard: Hazard | None) -> Department | None:
    """The unit that was chosen, or the one responsible for the hazard; None: still to be chosen."""
    if said.isascii() and said.isdigit() and len(said) < 19:
        return get_object_or_404(units_of(campaign), pk=int(said))
    return hazard.responsible_department if hazard else None
