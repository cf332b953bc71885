"""What a form says of one of its columns: the words over it, the record's field, how wide, how shown."""

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """How a value is written: its type in the sheet and its place in the cell."""

    TEXT = "text"  # prose, to the left
    CODE = "code"  # serials, phones, short words: text, centred
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    """One column of a form. The same declaration is printed by the export and read by the import.

    heading: exactly the plan's words, line breaks included.
    field: attribute path on the record that the export prints; "" when the form itself counts (序号).
    synonyms: other headings under which ledgers of the same form carry the column (import only).
    required: whether a row without it can be taken (import only).
    width: in characters of the default font; a Chinese character takes two.
    group: heading above this one and its neighbours in a head of two rows; "" stands over both rows.
    """

    slug: str
    heading: str
    width: float
    field: str = ""
    kind: Kind = Kind.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    group: str = ""

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that means this column, the plan's own first."""
        return (self.heading, *self.synonyms)
