"""Reads: a person's notices."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from campaigns.queries import Scope, scope_of
from campaigns.work.queries import occurrences_in
from hazards.queries import hazards_in
from notices.models import SUBJECTS, Notice
from reports.letters.queries import letters_in

MOST_COUNTED = 100
"""The bell says 99+ from here on: no page waits for a longer count."""
MOST_LOOKED_AT = 200
"""So many of the newest unread ones are looked at for it: some may be about what is theirs no more."""


FIELDS = (
    "user", "campaign", "kind", "due_on", "step", "text", "late", "created_at", "read_at", "obsolete_at",
    "hazard__number", "hazard__status", "hazard__level", "hazard__due_on", "hazard__joint_asked_on",
    "occurrence__due_on", "occurrence__done_on", "reminder__campaign", "reminder__department",
    "reminder__form", "reminder__period_end", "batch__state", "batch__user", "letter__voided_on",
)  # fmt: skip
"""What a message needs of its notices and of what they are about: a twentieth of a whole hazard."""


def for_message(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    """Notices with what a message needs of them, and no more: there may be a hundred thousand."""
    return notices.select_related(*SUBJECTS).only(*FIELDS)


def notices_in(user: User, scope: Scope) -> QuerySet[Notice]:
    """The person's notices about what they may still see: see notices_for."""
    return _seen_of(Notice.objects.filter(user=user).order_by(), user, scope)


def _seen_of(own: QuerySet[Notice], user: User, scope: Scope) -> QuerySet[Notice]:
    """Those of the person's notices, unordered or the newest so many, about what they may still see.

    Only what these notices are about is looked at: a person has some hundreds of them, a lead bureau a
    hundred thousand hazards, and PostgreSQL would go through them all on every page.
    """
    seen = (
        Q(hazard__in=hazards_in(scope).filter(pk__in=own.values("hazard_id")))
        | Q(occurrence__in=occurrences_in(scope).order_by().filter(pk__in=own.values("occurrence_id")))
        | Q(reminder__department__in=scope.departments)
        | Q(batch__user=user)
        | Q(letter__in=letters_in(scope).filter(pk__in=own.values("letter_id")))
    )
    return Notice.objects.filter(seen, user=user)


def notices_for(user: User) -> QuerySet[Notice]:
    """The person's own notices; one about what is no longer theirs is hidden."""
    return notices_in(user, scope_of(user))


def unread_count(user: User, scope: Scope) -> int:
    """How many of them are unread; MOST_COUNTED stands for that many or more. One query on every page."""
    unread = Notice.objects.filter(user=user, read_at__isnull=True).order_by("-pk")[:MOST_LOOKED_AT]
    seen = _seen_of(unread, user, scope).filter(pk__in=unread.values("pk"))
    return seen.order_by()[:MOST_COUNTED].count()


def count_by_kind(notices: QuerySet[Notice]) -> dict[str, tuple[int, int]]:
    """How many there are of each kind, and how many of these are unread."""
    unread = Count("pk", filter=Q(read_at__isnull=True))
    rows = notices.order_by().values_list("kind").annotate(count=Count("pk"), new=unread)
    return {kind: (count, new) for kind, count, new in rows}


def still_seen(user: User, notices: Sequence[Notice]) -> list[Notice]:
    """Those, saved or only planned, about what the person may still see: the rule of notices_in."""
    scope = scope_of(user)
    hazards = {one.hazard_id for one in notices if one.hazard_id}
    if hazards:
        hazards = set(hazards_in(scope).filter(pk__in=hazards).values_list("pk", flat=True))
    works = {one.occurrence_id for one in notices if one.occurrence_id}
    if works:
        works = set(occurrences_in(scope).order_by().filter(pk__in=works).values_list("pk", flat=True))
    letters = {one.letter_id for one in notices if one.letter_id}
    if letters:
        letters = set(letters_in(scope).filter(pk__in=letters).values_list("pk", flat=True))
    return [
        one
        for one in notices
        if one.hazard_id in hazards
        or one.occurrence_id in works
        or (one.reminder and one.reminder.department_id in scope.departments)
        or (one.batch and one.batch.user_id == user.pk)
        or one.letter_id in letters
    ]
