"""Search in the ledger: what a person types into the box over a list."""

from django.db.models import F, Q, QuerySet

from hazards.models import Hazard
from parks.models import Enterprise
from parks.search import enterprises_named, holds, holds_pairs, indexes_pairs

TEXTS = ("number", "place", "description")
"""The fields that are searched, in the order in which hazards/migrations indexes their pairs."""
MAX_WORDS = 8
FEW = 5000
"""Up to so many hits are fetched by their keys; a commoner word is met early in any list anyway."""
FEW_ENTERPRISES = 200


def search(hazards: QuerySet[Hazard], text: str) -> QuerySet[Hazard]:
    """Hazards that hold every word of the text in their number, place, description or enterprise's name.

    Words are separated by blanks (U+3000 too); at most MAX_WORDS count. Latin letters match in either
    case, % and _ mean themselves. On PostgreSQL the rare words are looked up at once (see _few).
    """
    if "\x00" in text:
        return hazards.none()
    words = list(dict.fromkeys(text.split()))[:MAX_WORDS]
    if not words:
        return hazards
    found = hazards.filter(*[_holds(hazards, word) for word in words])
    if indexes_pairs(hazards) and (few := _few(words)) is not None:
        # The checked keys alone: with more conditions the planner might walk the ledger after all.
        checked = Hazard.objects.filter(*[_holds(hazards, word) for word in words], pk__in=few).order_by()
        return hazards.filter(pk__in=list(checked.values_list("pk", flat=True)))
    return found


def _holds(hazards: QuerySet[Hazard], word: str) -> Q:
    return holds(hazards, word, *TEXTS) | Q(enterprise__in=enterprises_named(word))


def _few(words: list[str]) -> list[int] | None:
    """Keys of all hazards that can hold the words, from the indexes; None when they are many.

    Asked beforehand because PostgreSQL cannot know that a pair of characters is rare: it guesses one
    row in two hundred, hopes to meet fifty soon, and walks the whole ledger in the list's order.
    """
    found, narrowed = Hazard.objects.order_by(), False
    for word in words:
        if len(word) > 1 and (enterprises := _few_enterprises(word)) is not None:
            found = found.filter(Q(holds_pairs(word, *map(F, TEXTS))) | Q(enterprise__in=enterprises))
            narrowed = True
    if not narrowed:
        return None
    keys = list(found.values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def _few_enterprises(word: str) -> list[int] | None:
    found = Enterprise.objects.filter(holds_pairs(word, F("name"))).order_by()
    keys = list(found.values_list("pk", flat=True)[: FEW_ENTERPRISES + 1])
    return keys if len(keys) <= FEW_ENTERPRISES else None
