"""The page of one hazard, and the verbs that a person takes on it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest
from hazards import rules, wording
from hazards.action_forms import ActionForm
from hazards.actions import StaleVersion
from hazards.enums import Action, PhotoKind, Status
from hazards.form_parts import add_photo_faults
from hazards.lights import words
from hazards.models import Hazard, StatusChange
from hazards.procedures import verb_forms
from hazards.procedures.verb_forms import ACTION_FORMS
from hazards.procedures.wording import procedures_of
from hazards.queries import hazards_in
from hazards.records.wording import records_of

RELATED = (
    "campaign", "park", "site", "enterprise", "category", "measure", "responsible_department", "task_force",
    "task_force__park", "reported_by", "submitted_by", "accepted_by",
)  # fmt: skip

KINDS = PhotoKind.values
"""Before, during, after: photos of one step stand in this order."""


def _visible(request: CampaignRequest, pk: int) -> Hazard:
    """The hazard, or 404 when it is none of this person's business."""
    seen = hazards_in(request.scope).select_related(*RELATED)
    return get_object_or_404(seen, pk=pk)


@require_safe
def detail(request: CampaignRequest, pk: int) -> HttpResponse:
    """One hazard: what it is, what happened, and what this person may do now."""
    return _page(request, _visible(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: CampaignRequest, pk: int, action: str) -> HttpResponse:
    """Take one verb. A read of this address, as after a login in between, leads to the form on the page."""
    if action not in ACTION_FORMS:
        raise Http404
    hazard = _visible(request, pk)
    verb = Action(action)
    if request.method != "POST":
        return redirect(f"{reverse('hazards:detail', args=[pk])}?do={verb.value}#act-{verb.value}")
    if not rules.may_take(request.scope, verb, hazard):
        raise PermissionDenied(f"您没有“{verb.label}”的权限")
    form = ACTION_FORMS[verb](hazard, request.POST, request.FILES)
    if (seen := _version_seen(form)) is not None and seen != hazard.version:
        return _stale_page(request, hazard, form)
    if not form.is_valid():
        add_photo_faults(form)
        return _page(request, hazard, form, status=400)
    try:
        changed = form.act(request.user)
    except StaleVersion:
        return _stale_page(request, _visible(request, pk), form)
    except ValidationError as fault:
        put_errors(form, fault)
        add_photo_faults(form)
        return _page(request, _visible(request, pk), form, status=400)
    messages.success(request, form.done(changed), extra_tags=f"draft-clear:{form.draft}")
    return redirect("hazards:detail", pk=pk)


def _version_seen(form: ActionForm) -> int | None:
    """The version of the page that the form was sent from; None when that is no version at all."""
    said = form.data.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _stale_page(request: CampaignRequest, hazard: Hazard, form: ActionForm) -> HttpResponse:
    """409: what others did stands beside the person's own words; the form now fits the new state."""
    newer = hazard.changes.filter(version__gt=_version_seen(form) or 0).select_related("by", "department")
    stale = {"changes": wording.timeline(newer, {}), "entered": form.entered()}
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(hazard.version)
    again = type(form)(hazard, data, request.FILES)
    return _page(request, hazard, again, stale=stale, status=409)


def _page(
    request: CampaignRequest,
    hazard: Hazard,
    bound: ActionForm | None = None,
    *,
    stale: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    scope, user = request.scope, request.user
    found = rules.givens_of(hazard)
    offered = rules.actions_open_to(user, scope, hazard, found)
    forms = [_form(hazard, verb, bound) for verb in ACTION_FORMS if verb in offered]
    desk = verb_forms.lay_out(hazard, forms, found, bound.action if bound else request.GET.get("do", ""))
    changes: list[StatusChange] = list(hazard.changes.select_related("by", "department"))
    light, days = hazard.light(hazard.campaign.today(), hazard.campaign.yellow_days)
    context = {
        "hazard": hazard,
        "light": light,
        "light_text": words(light, days, hazard.status),
        "next_step": wording.next_step(hazard, found),
        "sent_back": wording.sent_back(changes),
        "procedures": procedures_of(hazard, scope, changes, found),
        "forms": forms,
        "desk": desk,
        "open_form": desk.open,
        "leads": hazard.campaign_id in scope.led_campaigns,
        "letters": wording.letters_in(changes),
        "opens_letters": (
            hazard.campaign_id in scope.whole_campaigns
            or hazard.responsible_department_id in scope.departments
        ),
        "lost": bound if bound and bound.action not in offered else None,
        "stale": stale,
        "refusal": _why_not(request, hazard),
        "fresh": "new" in request.GET and hazard.reported_by_id == user.pk,
        "helping": list(hazard.helping_departments.all()),
        **_history(request, hazard, changes),
        **records_of(hazard, scope, user),
    }
    return render(request, "hazards/detail.html", context, status=status)


def _form(hazard: Hazard, verb: Action, bound: ActionForm | None) -> ActionForm:
    return bound if bound and bound.action == verb else ACTION_FORMS[verb](hazard)


def _why_not(request: CampaignRequest, hazard: Hazard) -> str:
    """Why acceptance is not offered to somebody whose side may accept."""
    scope, user = request.scope, request.user
    if hazard.status == Status.SUBMITTED and rules.may_take(scope, Action.ACCEPT, hazard):
        return rules.why_not_accept(user, hazard)
    return ""


def _history(request: CampaignRequest, hazard: Hazard, changes: list[StatusChange]) -> dict[str, Any]:
    """Timeline and photos. Of several submissions the photos of the last one stand first."""
    photos = sorted(
        hazard.photos.select_related("uploaded_by__department", "hazard"),
        key=lambda photo: (KINDS.index(photo.kind), photo.kind == PhotoKind.AFTER and -photo.change_id),
    )
    pictures = {
        photo.pk: wording.picture(
            photo,
            originals=rules.may_take_original(request.user, request.scope, photo),
        )
        for photo in photos
    }
    by_change: dict[int, list[wording.Picture]] = {}
    for photo in photos:
        by_change.setdefault(photo.change_id, []).append(pictures[photo.pk])
    kinds = wording.by_kind(photos, pictures)
    return {
        "timeline": wording.timeline(changes, by_change),
        "before": kinds["before"],
        "during": kinds["progress"],
        "after": kinds["after"],
    }
