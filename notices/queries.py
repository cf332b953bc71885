"""Reads: a person's notices."""

from django.db.models import QuerySet

from accounts.models import User
from campaigns.queries import Scope, scope_of
from hazards.queries import hazards_in
from notices.models import Notice


def notices_in(user: User, scope: Scope) -> QuerySet[Notice]:
    """The person's notices about hazards that they may still see: see notices_for."""
    return Notice.objects.filter(user=user, hazard__in=hazards_in(scope))


def notices_for(user: User) -> QuerySet[Notice]:
    """The person's own notices; one about a hazard that is no longer theirs is hidden."""
    return notices_in(user, scope_of(user))


def unread_count(user: User, scope: Scope) -> int:
    """How many of them are unread."""
    return notices_in(user, scope).filter(read_at__isnull=True).count()
