"""One verb for the hazards that somebody ticked in the list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest
from hazards.bulk.actions import Refused, picked_of
from hazards.bulk.forms import BULK_FORMS, BulkForm
from hazards.enums import Action
from hazards.queries import hazards_in

MAX_PICKED = 200


@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: CampaignRequest, action: Action) -> HttpResponse:
    """Do it to the ticked hazards; what cannot be done is shown again, each with its reason."""
    campaign = request.campaign
    back = _back(request)
    if request.method != "POST" or not campaign:
        return redirect(back)
    if not request.scope.may_write:
        raise PermissionDenied(f"您没有“{action.label}”的权限")
    form = BULK_FORMS[action](campaign, request.POST)
    picked = picked_of(request.POST.getlist("hazard"))
    refusals: dict[int, str] = {}
    if not picked:
        form.add_error(None, f"请先勾选要{action.label}的隐患")
    elif len(picked) > MAX_PICKED:
        form.add_error(None, f"一次最多{action.label} {MAX_PICKED} 条，现有 {len(picked)} 条")
    elif form.is_valid():
        refusals = _act(request, form, picked)
        if not form.errors:
            return redirect(back)
    found = hazards_in(request.scope).filter(pk__in=list(picked)[:MAX_PICKED])
    hazards = list(found.select_related("park", "enterprise"))
    for hazard in hazards:
        hazard.refusal = refusals.get(hazard.pk, "")  # type: ignore[attr-defined]
    context = {"form": form, "hazards": hazards, "next": back, "unseen": len(picked) - len(hazards)}
    return render(request, "hazards/bulk.html", context, status=400)


def _act(request: CampaignRequest, form: BulkForm, picked: dict[int, int]) -> dict[int, str]:
    """Do it; the reasons by hazard where any could not be, with a fault on the form that says what was saved.

    Afterwards `picked` holds those that still wait for it.
    """
    label = form.action.label
    try:
        done = form.act(list(picked.items()), request.user)
    except Refused as refused:
        form.add_error(
            None,
            f"有 {len(refused.refusals)} 条不能{label}，全部没有保存。取消勾选后可再次提交其余的。",
        )
        return {one.hazard_id: one.reason for one in refused.refusals}
    except ValidationError as fault:
        put_errors(form, fault)
        return {}
    if done:
        messages.success(request, form.done(len(done)))
    for hazard in done:
        picked.pop(hazard.pk)
    if form.left_out:
        form.add_error(None, f"有 {len(form.left_out)} 条没有{label}，原因写在各条下面。")
    return {one.hazard_id: one.reason for one in form.left_out}


def _back(request: CampaignRequest) -> str:
    wanted = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if here else reverse("hazards:list")
