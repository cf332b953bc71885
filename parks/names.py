"""How two spellings of one name are compared. Pure; never guesses by similarity."""

import re
import unicodedata

_BLANK = re.compile(r"\s+")


def name_key(name: str) -> str:
    """Return the form under which a name of a park, unit or enterprise is looked up.

    Full-width letters, digits and brackets become half-width (NFKC) and all blanks, U+3000
    included, go. Nothing else is folded: 世纪科技创业园 and 世纪小微园 stay two parks.
    """
    return _BLANK.sub("", unicodedata.normalize("NFKC", name or "")).casefold()
