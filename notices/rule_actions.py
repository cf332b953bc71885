"""Writes: a campaign's rules of reminding, and back to the defaults."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from campaigns.edits import StaleEdit, locked, mark_of
from campaigns.models import Campaign
from notices.enums import NoticeKind
from notices.kinds import KINDS
from notices.models import NoticeRule, NoticeSettings
from notices.rule_forms import BY_WORKING_DAYS, COUNTED, SETTINGS, defaults, values_of


@transaction.atomic
def save_rules(
    campaign: Campaign,
    values: dict[str, Any],
    *,
    by: User,
    opened: str | None,
    request: HttpRequest | None = None,
    act: str = "notices.rules",
) -> list[str]:
    """Keep the values of RulesForm; returns the fields that changed. The trail keeps before and after.

    opened: mark_of the values with which the form was opened; None: whatever stands now is replaced.
    Raises StaleEdit. A kind that is as by default has no row, so that it follows later defaults.
    """
    # All that change the rules of one campaign wait for each other here.
    campaign = locked(campaign)
    before = values_of(campaign)
    if opened is not None and opened != mark_of(before):
        raise StaleEdit(campaign)
    settings = {name: values[name] for name in SETTINGS}
    NoticeSettings.objects.update_or_create(campaign=campaign, defaults=settings)
    for kind in NoticeKind:
        _store(campaign, kind, values)
    changed = {
        name: [str(before[name]), str(values[name])] for name in before if before[name] != values[name]
    }
    if changed:
        record(act, user=by, target=str(campaign), request=request, changed=changed)
    return list(changed)


def _store(campaign: Campaign, kind: NoticeKind, values: dict[str, Any]) -> None:
    on = values[f"on_{kind.value}"]
    days = values[f"days_{kind.value}"] if kind in COUNTED else []
    working = values[f"working_{kind.value}"] if kind in BY_WORKING_DAYS else False
    if on and not working and days == sorted(KINDS[kind].days):
        NoticeRule.objects.filter(campaign=campaign, kind=kind).delete()
        return
    NoticeRule.objects.update_or_create(
        campaign=campaign, kind=kind, defaults={"enabled": on, "days": days, "working_days": working}
    )


def reset_rules(campaign: Campaign, *, by: User, request: HttpRequest | None = None) -> dict[str, Any]:
    """Back to the defaults; returns the values that held before, to take it back with save_rules."""
    with transaction.atomic():
        campaign = locked(campaign)
        before = values_of(campaign)
        save_rules(campaign, defaults(), by=by, opened=None, request=request, act="notices.rules_reset")
    return before
