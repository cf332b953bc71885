"""Pages that keep an enterprise's file: added, edited, graded, leaving the park and coming back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from campaigns import park_actions
from campaigns.edit_pages import edit_page, posted, sent
from campaigns.form_parts import put_errors
from campaigns.http import CampaignRequest
from campaigns.reach import may_keep_park
from hazards.places.enterprise_forms import EnterpriseForm, LeaveForm, ParkForm, RiskForm
from hazards.queries import parks_in_sight
from parks.credit_codes import DOUBTFUL_CODE, doubtful_code
from parks.models import Enterprise, Park

read_or_send = require_http_methods(["GET", "HEAD", "POST"])


def _kept_park(request: CampaignRequest, pk: int) -> Park:
    """A park whose file the person keeps: 404 out of sight, 403 for who only reads it."""
    park = get_object_or_404(parks_in_sight(request.scope).distinct(), pk=pk)
    if not may_keep_park(request.scope, park.pk):
        raise PermissionDenied(park_actions.REFUSED)
    return park


def _kept_enterprise(request: CampaignRequest, pk: int) -> Enterprise:
    row = get_object_or_404(Enterprise.objects.select_related("park", "site"), pk=pk)
    _kept_park(request, row.park_id)
    return row


def _today(request: CampaignRequest) -> Any:
    """The business date of the campaign in which the person works."""
    return request.campaign.today() if request.campaign else timezone.localdate()


@read_or_send
def enterprise_new(request: CampaignRequest, pk: int) -> HttpResponse:
    """Add an enterprise to the park."""
    park = _kept_park(request, pk)
    context = {
        "title": "登记企业",
        "crumb": park.name,
        "back": reverse("parks:detail", args=[pk]),
        "intro": f"登记到：{park.name}",
    }
    return _file(request, Enterprise(park=park), context)


@read_or_send
def enterprise_edit(request: CampaignRequest, pk: int) -> HttpResponse:
    """Change the enterprise's file."""
    row = _kept_enterprise(request, pk)
    context = {
        "title": "修改企业档案",
        "crumb": row.name,
        "back": reverse("parks:enterprise", args=[pk]),
        "intro": f"所在园区：{row.park.name}",
    }
    return _file(request, row, context)


def _file(request: CampaignRequest, row: Enterprise, context: dict[str, Any]) -> HttpResponse:
    form = EnterpriseForm(sent(request), instance=row)

    def save(values: dict[str, Any], opened: str) -> Enterprise:
        saved = park_actions.save_enterprise(row, values, by=request.user, opened=opened, request=request)
        if doubtful_code(saved.credit_code):
            messages.warning(request, DOUBTFUL_CODE)
        if saved.is_micro != values["is_micro"]:
            kind = "小微企业" if saved.is_micro else "非小微企业"
            messages.info(request, f"已按从业人员和年营业收入自动判定为{kind}")
        return saved

    return edit_page(
        request,
        form,
        save,
        template="parks/enterprise_edit.html",
        done=lambda saved: reverse("parks:enterprise", args=[saved.pk]),
        context=context,
    )


@read_or_send
def park_edit(request: CampaignRequest, pk: int) -> HttpResponse:
    """Change the park's file."""
    park = _kept_park(request, pk)
    back = reverse("parks:detail", args=[pk])

    def save(values: dict[str, Any], opened: str) -> Park:
        return park_actions.save_park(park, values, by=request.user, opened=opened, request=request)

    context = {"title": "修改园区档案", "crumb": park.name, "back": back, "wide": ("address", "operator")}
    return edit_page(
        request,
        ParkForm(sent(request), instance=park),
        save,
        template="campaigns/register_edit.html",
        done=lambda _: back,
        context=context,
    )


@read_or_send
def park_risk(request: CampaignRequest, pk: int) -> HttpResponse:
    """Grade the park."""
    return _grade(request, _kept_park(request, pk), reverse("parks:detail", args=[pk]))


@read_or_send
def enterprise_risk(request: CampaignRequest, pk: int) -> HttpResponse:
    """Grade the enterprise."""
    return _grade(request, _kept_enterprise(request, pk), reverse("parks:enterprise", args=[pk]))


def _grade(request: CampaignRequest, row: Park | Enterprise, back: str) -> HttpResponse:
    form = RiskForm(sent(request), initial={"risk": row.risk, "was": row.risk})

    def save(data: dict[str, Any]) -> str:
        park_actions.grade_risk(
            row, data["risk"], data["reason"], by=request.user, was=data["was"], request=request
        )
        return f"{row}的风险等级已调整"

    context = {"title": "调整风险等级", "crumb": str(row), "button": "保存"}
    return _small(request, form, save, back=back, context=context)


@read_or_send
def enterprise_leave(request: CampaignRequest, pk: int) -> HttpResponse:
    """The enterprise has left the park."""
    row = _kept_enterprise(request, pk)
    today = _today(request)
    form = LeaveForm(sent(request), initial={"on": today})

    def save(data: dict[str, Any]) -> str:
        park_actions.leave_park(row, **data, today=today, by=request.user, request=request)
        return f"已登记退出园区：{row.name}"

    context = {
        "title": "登记退出园区",
        "crumb": row.name,
        "button": "登记退出",
        "note": "退出后不再计入在园企业，档案、隐患和检查记录都会保留，以后可以恢复在园。",
    }
    return _small(request, form, save, back=reverse("parks:enterprise", args=[pk]), context=context)


def _small(
    request: CampaignRequest,
    form: forms.Form,
    save: Callable[[dict[str, Any]], str],
    *,
    back: str,
    context: dict[str, Any],
) -> HttpResponse:
    """A page with a short form: what was typed comes back with what is wrong with it."""
    if request.method == "POST" and form.is_valid():
        try:
            said = save(form.cleaned_data)
        except ValidationError as fault:
            put_errors(form, fault)
        else:
            messages.success(request, said)
            return redirect(back)
    context |= {"form": form, "back": back}
    return render(request, "parks/small_form.html", context, status=422 if form.errors else 200)


@require_POST
def enterprise_return(request: CampaignRequest, pk: int) -> HttpResponse:
    """The enterprise is in the park again."""
    row = _kept_enterprise(request, pk)
    return posted(
        request,
        lambda: park_actions.return_to_park(row, by=request.user, request=request),
        back=reverse("parks:enterprise", args=[pk]),
        done=f"已恢复在园：{row.name}",
        failed="没有恢复",
    )


enterprise_paths = [
    path("<int:pk>/edit/", park_edit, name="edit"),
    path("<int:pk>/risk/", park_risk, name="risk"),
    path("<int:pk>/enterprises/new/", enterprise_new, name="enterprise_new"),
    path("enterprises/<int:pk>/edit/", enterprise_edit, name="enterprise_edit"),
    path("enterprises/<int:pk>/risk/", enterprise_risk, name="enterprise_risk"),
    path("enterprises/<int:pk>/leave/", enterprise_leave, name="enterprise_leave"),
    path("enterprises/<int:pk>/return/", enterprise_return, name="enterprise_return"),
]
