"""Where a sheet's pages end when it is printed, followed as its rows are written. Pure; heights in points."""

from collections.abc import Sequence

A4_WIDTH, A4_HEIGHT = 595.3, 841.9
SIDE_MARGIN, TOP_MARGIN = 0.6, 0.8  # inches
POINTS_AN_INCH = 72.0
POINTS_A_CHARACTER = 5.25  # of a column's width: 7 pixels
PAGE_FILL = 0.95  # of a page is reckoned with where pages are ended by rule; printers differ


def page_height(widths: Sequence[float], *, landscape: bool) -> float:
    """Height of the rows that an A4 page holds, at the scale to which the columns' widths lead."""
    wide, high = (A4_HEIGHT, A4_WIDTH) if landscape else (A4_WIDTH, A4_HEIGHT)
    inner = wide - 2 * SIDE_MARGIN * POINTS_AN_INCH
    scale = min(1.0, inner / (sum(widths) * POINTS_A_CHARACTER)) if widths else 1.0
    return (high - 2 * TOP_MARGIN * POINTS_AN_INCH) / scale


class Pages:
    """Follows the rows of one sheet; `ends` are those, counted from 1, after which a page is ended by rule.

    paged: every page is ended by rule, so that keep() holds on each. Without it programs end them as they
    print, as is right for long lists, which people go on to sort and to write in; keep() reckons then.
    """

    def __init__(self, height: float, *, paged: bool) -> None:
        self.height, self.paged = height, paged
        self.room = height * PAGE_FILL
        """What is safely printed on one page."""
        self.ends: list[int] = []
        self.total = 0.0
        self.heads = 0.0
        """Height of the rows that come again on each page, once they are written."""
        self._row = 0
        self._used = self._last = 0.0

    def add(self, height: float) -> None:
        """One more row; it begins a page where it does not fit on this one."""
        if self.turns(height):
            self.end()
        elif self._used + height > self.height:
            self._used = self.heads
        self._row += 1
        self._used += height
        self.total += height
        self._last = height

    def turns(self, height: float) -> bool:
        """Whether a row of that height begins the next page, by rule."""
        return self.paged and self._used > self.heads and self._used + height > self.room

    def end(self) -> None:
        """The page ends here."""
        self.ends.append(self._row)
        self._used = self.heads

    def keep(self, height: float, *, with_last: bool = False) -> None:
        """End the page here unless the next rows, of that height together, still fit on it.

        with_last: the row before goes with them, so that lines to sign never stand alone.
        """
        if self._used + height <= self.room:
            return
        fits = self._last < self._used - self.heads and self.heads + self._last + height <= self.room
        taken = self._last if with_last and fits else 0.0
        self.ends.append(self._row - bool(taken))
        self._used = self.heads + taken
