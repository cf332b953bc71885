"""Who may do what in the registers, as sentences over a person's reach."""

from collections.abc import Iterable

from accounts.models import User
from campaigns.enums import Extra
from campaigns.models import Campaign, ContractorEntry, Disposal, Provision
from campaigns.queries import Scope
from campaigns.reach import Reach


def keeps_register(campaign: Campaign | None, extra: Extra) -> bool:
    """Whether the campaign keeps this register at all."""
    return bool(campaign) and extra in campaign.extras  # type: ignore[union-attr]


def may_add_contractor(reach: Reach) -> bool:
    """Whoever may ask for an entry somewhere."""
    return bool(reach.applies_in)


def may_keep_contractor(reach: Reach, parks: Iterable[int]) -> bool:
    """Edit it, note its conduct, read its phone: who keeps a park that it works in; before its first
    entry, whoever may ask for one.
    """
    entered = set(parks)
    if reach.lead:
        return True
    return bool(entered & reach.keeps) if entered else bool(reach.applies_in)


def may_note_conduct(reach: Reach, parks: Iterable[int]) -> bool:
    """The integrity record is written by the supervising side, not by a park's own people."""
    return reach.lead or bool(set(parks) & reach.keeps)


def why_not_review(user: User, reach: Reach, entry: ContractorEntry) -> str:
    """Why this person may not review the entry, in Chinese; empty when they may (P2 审核登记)."""
    if entry.park_id not in reach.leads:
        return "入园登记由牵头单位或该园区专班的责任单位审核"
    if entry.applied_by_id == user.pk:
        return "审核人不能是登记人本人"
    return ""


def may_withdraw(user: User, reach: Reach, entry: ContractorEntry) -> bool:
    """Until it is reviewed, whoever registered it, or the lead bureau."""
    return entry.passed is None and (
        reach.lead or (entry.applied_by_id == user.pk and bool(reach.applies_in))
    )


def may_add_provision(scope: Scope, reach: Reach) -> bool:
    """The lead bureau, and units for themselves."""
    return reach.lead or bool(scope.acting_departments)


def may_edit_provision(scope: Scope, reach: Reach, provision: Provision) -> bool:
    """The lead bureau, and the unit that drafts it."""
    return reach.lead or provision.department_id in scope.acting_departments


def may_delete_provision(scope: Scope, reach: Reach, provision: Provision) -> bool:
    """What is issued stays."""
    return provision.issued_on is None and may_edit_provision(scope, reach, provision)


def may_report_done(scope: Scope, reach: Reach, disposal: Disposal) -> bool:
    """The responsible unit, or the lead bureau in its name."""
    return disposal.done_on is None and (reach.lead or disposal.department_id in scope.acting_departments)


def why_not_accept(user: User, reach: Reach, disposal: Disposal) -> str:
    """Why this person may not accept or return it, in Chinese; empty when they may (P4 组织验收)."""
    if not reach.lead:
        return "由牵头单位组织验收"
    if disposal.done_by_id == user.pk:
        return "验收人不能是填报完成的本人，请由牵头单位其他人员验收"
    return ""


def may_plan_disposals(reach: Reach) -> bool:
    """The quarterly plan is the lead bureau's."""
    return reach.lead


def may_change_disposal(reach: Reach, disposal: Disposal) -> bool:
    """A line of the plan changes or goes only while nothing has been reported on it."""
    return reach.lead and disposal.done_on is None
