"""How much room text takes in a cell, reckoned beforehand: programs size no merged cell by its text."""


def text_width(text: str) -> int:
    """Width in half-width units: a Chinese character takes two."""
    return len(text.encode("gbk", "replace"))


def lines_of(text: str, column: float, size: float) -> int:
    """Lines that wrapped text takes in a column of `column` characters at `size` points."""
    return lines_in(text, room_of(column, size))


def room_of(column: float, size: float) -> int:
    """Half-width characters that a line surely holds in a column of `column` characters at `size` points."""
    # A column character is 7 pixels; a half-width character of n points is n * 2/3 pixels. Of the column 6
    # pixels are padding, as many again are left for fonts that stand in for the official ones. A line holds
    # whole Chinese characters.
    return 2 * max(1, int((column * 7 - 12) / (size * 4 / 3)))


def lines_in(text: str, room: int) -> int:
    """Lines that wrapped text takes where one holds `room` half-width characters."""
    if "\n" in text:
        return sum(lines_in(part, room) for part in text.split("\n"))
    lines = -(-text_width(text) // room)
    # Now and then a line holds one character less, as none begins with a comma.
    return lines + min(lines // 8, 2 * lines // room) if lines else 1
