"""提醒规则: how a campaign reminds its people. For its lead bureau."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from campaigns.edits import StaleEdit, mark_of
from campaigns.http import CampaignRequest
from campaigns.models import Campaign
from campaigns.setup.views import led_campaign
from campaigns.undo import keep_undo, kept_undo
from notices.pages import tabs_of
from notices.rule_actions import reset_rules, save_rules
from notices.rule_forms import SETTINGS, RulesForm, defaults, values_of

UNDO = "notices_rules_before"


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: CampaignRequest) -> HttpResponse:
    """Show and save all rules in one form."""
    campaign = led_campaign(request)
    if request.method != "POST":
        return _page(request, campaign, RulesForm(values_of(campaign)))
    form = RulesForm(values_of(campaign), request.POST)
    if request.POST.get("campaign", str(campaign.pk)) != str(campaign.pk):
        form.add_error(None, "您已切换到另一个行动，没有保存。请切换回原来的行动后再保存。")
    if not form.is_valid():
        return _page(request, campaign, form, status=422)
    opened = request.POST.get("opened", "")
    try:
        changed = save_rules(campaign, form.values(), by=request.user, opened=opened, request=request)
    except StaleEdit:
        differing = _differing(RulesForm(values_of(campaign)), form)
        return _page(request, campaign, form, status=409, differing=differing)
    messages.success(request, "提醒规则已保存，从下一次检查起执行。" if changed else "没有改动。")
    return redirect("notices:rules")


def _page(
    request: CampaignRequest, campaign: Campaign, form: RulesForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    now = values_of(campaign)
    context = {
        "form": form,
        "opened": mark_of(now),
        "is_default": mark_of(now) == mark_of(defaults()),
        "undo": kept_undo(request, UNDO, campaign) is not None,
        **tabs_of(request),
    }
    return render(request, "notices/rules.html", context | more, status=status)


def _differing(now: RulesForm, sent: RulesForm) -> list[tuple[str, str, str]]:
    """(label, as it stands, as the person entered it) where the two differ."""
    entered = sent.words()
    return [(label, words, entered[label]) for label, words in now.words().items() if entered[label] != words]


@require_POST
def reset(request: CampaignRequest) -> HttpResponse:
    """Back to the defaults, with a way back."""
    campaign = led_campaign(request)
    before = reset_rules(campaign, by=request.user, request=request)
    kept = {key: f"{one:%H:%M}" if isinstance(one, time) else one for key, one in before.items()}
    keep_undo(request, UNDO, campaign, values=kept)
    return redirect("notices:rules")


@require_POST
def restore(request: CampaignRequest) -> HttpResponse:
    """Take the reset back: the rules are again as they were before it."""
    campaign = led_campaign(request)
    kept = kept_undo(request, UNDO, campaign)
    if kept is None:
        messages.warning(request, "没有可以撤销的操作：恢复默认后30分钟内可以撤销。")
        return redirect("notices:rules")
    request.session.pop(UNDO, None)
    opened = mark_of(defaults())
    try:
        save_rules(campaign, _read(kept["values"]), by=request.user, opened=opened, request=request)
    except StaleEdit:
        messages.error(request, "没有撤销：恢复默认之后又有人修改了规则，请直接在下面修改。")
    else:
        messages.success(request, "已撤销，规则恢复为原来的设置。")
    return redirect("notices:rules")


def _read(kept: dict[str, Any]) -> dict[str, Any]:
    times = {name: time.fromisoformat(kept[name]) for name in SETTINGS[:3]}
    return {**kept, **times}
