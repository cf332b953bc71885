"""Putting people into task forces and taking them out: two addresses below the task force's form."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.models import User
from campaigns.enums import MemberDuty
from campaigns.http import CampaignRequest
from campaigns.setup import actions as setup_actions
from campaigns.setup.actions import Actor
from campaigns.setup.parts import PARTS
from campaigns.setup.views import led_campaign

PART = PARTS["task-forces"]


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Http404
    return int(text)


@require_POST
def member_add(request: CampaignRequest, pk: int) -> HttpResponse:
    """Put a person into the task force."""
    campaign = led_campaign(request)
    get_object_or_404(campaign.task_forces, pk=pk)
    person = get_object_or_404(User, pk=_number(request.POST.get("user", "")), is_active=True)
    duty = request.POST.get("duty", "")
    duty = duty if duty in MemberDuty.values else MemberDuty.MEMBER.value
    try:
        setup_actions.add_member(
            PART, campaign, pk, person=person, duty=duty, actor=Actor(request.user, request)
        )
    except ValidationError as fault:
        messages.error(request, f"没有加入{person}：" + "；".join(fault.messages))
    else:
        messages.success(request, f"已把{person}加入专班。")
    return redirect("campaigns:part_edit", PART.slug, pk)


@require_POST
def member_remove(request: CampaignRequest, pk: int) -> HttpResponse:
    """Take a person out of the task force."""
    campaign = led_campaign(request)
    get_object_or_404(campaign.task_forces, pk=pk)
    member = _number(request.POST.get("member", ""))
    try:
        name = setup_actions.remove_member(
            PART, campaign, pk, member_pk=member, actor=Actor(request.user, request)
        )
    except ObjectDoesNotExist as error:
        raise Http404 from error
    messages.success(request, f"已把{name}移出专班，其填报过的记录保留。")
    return redirect("campaigns:part_edit", PART.slug, pk)
