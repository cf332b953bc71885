"""One verb for the hazards that somebody ticked in the list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from campaigns.http import CampaignRequest
from hazards.bulk import Refused
from hazards.bulk_forms import BULK_FORMS
from hazards.enums import Action
from hazards.form_parts import put_errors
from hazards.queries import hazards_in

MAX_PICKED = 200


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: CampaignRequest, action: Action) -> HttpResponse:
    """Do it to all the ticked hazards, or to none and say the reasons."""
    campaign = request.campaign
    back = _back(request)
    if request.method != "POST" or not campaign:
        return redirect(back)
    if not request.scope.may_write:
        raise PermissionDenied(f"您没有“{action.label}”的权限")
    form = BULK_FORMS[action](campaign, request.POST)
    picked = _picked(request)
    refusals: dict[int, str] = {}
    if not picked:
        form.add_error(None, f"请先勾选要{action.label}的隐患")
    elif len(picked) > MAX_PICKED:
        form.add_error(None, f"一次最多{action.label} {MAX_PICKED} 条，现有 {len(picked)} 条")
    elif form.is_valid():
        try:
            done = form.act(list(picked.items()), request.user)
        except Refused as refused:
            refusals = {one.hazard_id: one.reason for one in refused.refusals}
            form.add_error(
                None, f"有 {len(refusals)} 条不能{action.label}，全部没有保存。取消勾选后可再次提交其余的。"
            )
        except ValidationError as fault:
            put_errors(form, fault)
        else:
            messages.success(request, form.done(len(done)))
            return redirect(back)
    found = hazards_in(request.scope).filter(pk__in=list(picked)[:MAX_PICKED])
    hazards = list(found.select_related("park", "enterprise"))
    for hazard in hazards:
        hazard.refusal = refusals.get(hazard.pk, "")  # type: ignore[attr-defined]
    context = {"form": form, "hazards": hazards, "next": back, "unseen": len(picked) - len(hazards)}
    return render(request, "hazards/bulk.html", context, status=400)


def _picked(request: CampaignRequest) -> dict[int, int]:
    """Ids of the ticked hazards with the versions that the person saw; what is no such pair is dropped."""
    picked: dict[int, int] = {}
    for value in request.POST.getlist("hazard"):
        hazard_id, _, version = value.partition(".")
        if hazard_id.isascii() and hazard_id.isdigit() and version.isascii() and version.isdigit():
            picked[int(hazard_id[:18])] = int(version[:9])
    return picked


def _back(request: CampaignRequest) -> str:
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if here else reverse("hazards:list")
