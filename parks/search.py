"""Finding text inside text: case of Latin letters aside, everything literal, fast for Chinese words.

On PostgreSQL the pairs of neighbouring characters of a text are indexed (GIN), because trigrams do
nothing for two-character words; docs/decisions/ tells what was measured. On SQLite it is a plain scan.
"""

from django.db import connections
from django.db.models import F, Func, Model, Q, QuerySet, Value
from django.db.models.expressions import Combinable, CombinedExpression
from django.db.models.fields import BooleanField, TextField
from django.db.models.functions import Collate, Lower
from django.db.models.lookups import Contains

from parks.models import Enterprise

_LATIN = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def folded(text: str) -> str:
    """The form in which texts are compared: only A–Z are folded, as both databases do it alike."""
    return text.translate(_LATIN)


def pairs_of(word: str) -> list[str]:
    """The pairs of neighbouring characters that any text holding `word` must hold."""
    word = folded(word)
    return [word[place : place + 2] for place in range(len(word) - 1)]


def indexes_pairs(rows: QuerySet[Model]) -> bool:
    """Whether the database behind the rows has the index of character pairs."""
    return connections[rows.db].vendor == "postgresql"


def holds(rows: QuerySet[Model], word: str, *fields: str) -> Q:
    """Rows of which any of the text fields holds the word; % and _ mean themselves."""
    found = Q()
    for name in fields:
        text: Combinable = F(name)
        if indexes_pairs(rows) and folded(word) != word.upper():
            # Under the C collation lower() folds A–Z only, which is what SQLite's LIKE does. It takes
            # twice the time of the comparison itself: only words with a letter in them pay for it.
            text = Lower(Collate(text, "C"))
        found |= Q(Contains(text, folded(word)))
    return found


def holds_pairs(word: str, *texts: Combinable) -> CombinedExpression:
    """PostgreSQL: rows whose index entry over `texts` has every pair of the word; a superset of holds()."""
    entry = Func(*texts, function="char_pairs", arg_joiner=" || E'\\n' || ", output_field=TextField())
    return CombinedExpression(entry, "@>", Value(pairs_of(word)), output_field=BooleanField())


def enterprises_named(word: str) -> QuerySet[Enterprise]:
    """Enterprises whose name holds the word."""
    enterprises = Enterprise.objects.all()
    return enterprises.filter(holds(enterprises, word, "name"))
