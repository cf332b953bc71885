"""我的视图: the page on which a person keeps lists under names."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from hazards.models import SavedView
from hazards.saved import actions as acts
from hazards.saved.words import address, in_words, normal, query_in_words, views_of

DELETED = "deleted_view"
"""In the session: the view that was deleted last, so that it can be taken back."""


@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: CampaignRequest) -> HttpResponse:
    """The person's views; a POST keeps another one."""
    campaign = request.campaign
    if not campaign:
        if request.method == "POST":
            raise Http404
        return render(request, "hazards/no_campaign.html")
    if request.method != "POST":
        return _page(request, campaign, {"query": normal(request.GET.urlencode())})
    given: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "query": normal(request.POST.get("query", "")),
        "is_default": request.POST.get("is_default") == "1",
    }
    try:
        view = acts.save_view(request.user, campaign, **given)
    except ValidationError as fault:
        return _page(request, campaign, given, faults=fault.messages)
    said = "，打开隐患清单时默认使用它" if view.is_default else ""
    messages.success(request, f"已保存视图“{view.name}”{said}。")
    return redirect(address(view))


@require_POST
def saved_view(request: CampaignRequest, pk: int) -> HttpResponse:
    """Rename one, make it the default or no longer so, or delete it: what `do` says."""
    campaign = _campaign(request)
    do, user = request.POST.get("do", ""), request.user
    try:
        if do == "rename":
            view = acts.rename_view(user, campaign, pk, name=request.POST.get("name", ""))
            said = f"已改名为“{view.name}”。"
        elif do in ("default", "plain"):
            view = acts.set_default(user, campaign, pk, on=do == "default")
            said = f"打开隐患清单时{'默认使用' if view.is_default else '不再默认使用'}“{view.name}”。"
        elif do == "delete":
            view = acts.delete_view(user, campaign, pk)
            request.session[DELETED] = [campaign.pk, view.name, view.query, view.is_default]
            return redirect("hazards:views")
        else:
            raise Http404
    except SavedView.DoesNotExist as error:
        raise Http404 from error
    except ValidationError as fault:
        return _page(request, campaign, {}, renaming=pk, faults=fault.messages)
    messages.success(request, said)
    return redirect("hazards:views")


@require_POST
def restore_view(request: CampaignRequest) -> HttpResponse:
    """Take back the last deletion."""
    campaign = _campaign(request)
    kept = request.session.get(DELETED)
    if not kept or kept[0] != campaign.pk:
        messages.error(request, "没有可以恢复的视图。")
        return redirect("hazards:views")
    _, name, query, is_default = kept
    try:
        acts.save_view(request.user, campaign, name=name, query=query, is_default=is_default)
    except ValidationError as fault:
        messages.error(request, f"没有恢复：{'；'.join(fault.messages)}")
        return redirect("hazards:views")
    del request.session[DELETED]
    messages.success(request, f"已恢复视图“{name}”。")
    return redirect("hazards:views")


def _campaign(request: CampaignRequest) -> Campaign:
    if not request.campaign:
        raise Http404
    return request.campaign


def _page(
    request: CampaignRequest,
    campaign: Campaign,
    given: dict[str, Any],
    *,
    faults: list[str] | None = None,
    renaming: int | None = None,
) -> HttpResponse:
    rows = [
        {
            "view": view,
            "pk": str(view.pk),
            "url": address(view),
            "words": in_words(view),
            "name": request.POST.get("name", "") if view.pk == renaming else view.name,
            "faults": faults if view.pk == renaming else [],
        }
        for view in views_of(request.user.pk, campaign)
    ]
    if renaming is not None and not any(row["faults"] for row in rows):
        raise Http404
    deleted = request.session.get(DELETED)
    context = {
        "rows": rows,
        "given": given,
        "faults": faults if renaming is None else [],
        "words": query_in_words(request, given.get("query", "")),
        "deleted": deleted[1] if deleted and deleted[0] == campaign.pk else "",
        "most": acts.MOST,
        "back": reverse("hazards:list"),
    }
    return render(request, "hazards/views.html", context, status=422 if faults else 200)
