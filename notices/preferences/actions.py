"""Writes: what a person wants by e-mail."""

from django.db import transaction
from django.http import HttpRequest

from accounts.audit import record
from accounts.models import User
from notices.models import Preference


@transaction.atomic
def save_preference(
    user: User, *, email: str, by_email: bool, muted: list[str], request: HttpRequest | None = None
) -> list[str]:
    """Keep a person's own wishes and address; returns which changed. The trail keeps names, not values."""
    locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    wish = Preference.objects.filter(user=user).first() or Preference(user=locked)
    changed = []
    if locked.email != email:
        locked.email = email
        locked.save(update_fields=["email"])
        changed.append("email")
    if wish.by_email != by_email:
        changed.append("by_email")
    if set(wish.muted) != set(muted):
        changed.append("muted")
    wish.by_email, wish.muted = by_email, muted
    wish.save()
    if changed:
        record("notices.preference", user=user, target=str(user), request=request, changed=changed)
    return changed
