"""Timing: medians, ours and bare by turns, so that both feel the same load of the machine."""

import statistics
import time
from collections.abc import Callable
from typing import Any


def once(work: Callable[[], Any]) -> float:
    """Milliseconds of one run."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def compare(
    name: str,
    ours: Callable[[], Any],
    bare: Callable[[], Any],
    *,
    times: int = 15,
    aim: float | None = None,
    aim_text: str = "",
) -> dict[str, Any]:
    """Medians of both, their ratio, and whether it is within the aim."""
    ours(), bare()
    pairs = [(once(ours), once(bare)) for _ in range(times)]
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = mine / other
    return {
        "name": name,
        "ours_ms": round(mine, 3),
        "bare_ms": round(other, 3),
        "ratio": round(ratio, 4),
        "aim": aim_text or (f"<={aim}" if aim else ""),
        "met": None if aim is None else ratio <= aim,
    }
