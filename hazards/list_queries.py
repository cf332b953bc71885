"""Reads of the hazard list: one campaign's hazards, and those to which something happened beside their
status: listed, extended, referred, jointly enforced, by whom.

Each of the latter is a set of keys from a small table, so that the ledger's own order stays on its index.
"""

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from campaigns.models import Campaign
from campaigns.queries import Scope
from hazards.enums import Outcome
from hazards.models import Extension, Hazard, JointEnforcement, Referral, StatusChange, Supervision
from hazards.queries import hazards_in

SUPERVISIONS = {"now": "挂牌中", "ever": "曾挂牌"}
EXTENSIONS = {"waiting": "待审批", "granted": "已批准"}
REFERRALS = {"waiting": "待签收", "any": "有抄告"}
JOINTS = {"asked": "待组织", "held": "已开展"}
"""What can be asked of each, with its words (hazards/filters.py)."""


def hazards_of(scope: Scope, campaign: Campaign) -> QuerySet[Hazard]:
    """Hazards of one campaign inside a scope; who reads the whole of it is asked nothing else."""
    if campaign.pk in scope.whole_campaigns:
        return Hazard.objects.filter(campaign=campaign)
    return hazards_in(scope).filter(campaign=campaign)


def in_procedure(hazards: QuerySet[Hazard], name: str, value: str) -> QuerySet[Hazard]:
    """Those of the hazards of which `name` (supervised, extension, referral, joint) is so."""
    if (name, value) == ("joint", "asked"):
        return hazards.filter(joint_asked_on__isnull=False)
    return hazards.filter(pk__in=_keys(name, value))


def _keys(name: str, value: str) -> QuerySet[Any, Any]:
    if name == "supervised":
        only = Q(lifted_on=None) if value == "now" else Q()
        return Supervision.objects.order_by().filter(only).values("hazard")
    if name == "extension":
        outcome = Outcome.WAITING if value == "waiting" else Outcome.AGREED
        return Extension.objects.order_by().filter(outcome=outcome).values("hazard")
    if name == "referral":
        only = Q(outcome=Outcome.WAITING) if value == "waiting" else Q()
        return Referral.objects.order_by().filter(only).values("hazard")
    held = JointEnforcement.hazards.through.objects.filter(jointenforcement__voided_on=None)
    return held.values("hazard")


def handled_by(hazards: QuerySet[Hazard], user: User) -> QuerySet[Hazard]:
    """Those with at least one step that the person took."""
    return hazards.filter(pk__in=StatusChange.objects.order_by().filter(by=user).values("hazard"))
