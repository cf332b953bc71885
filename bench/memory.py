"""Memory of a long list written in the background: a process of its own, from the claim to the kept file.

`python -m bench.memory SLUG` writes one in this very process and prints what it took as JSON; the bench
starts it so, since the high-water mark of a process is never lowered again.
"""

import json
import os
import resource
import subprocess
import sys
import time
from typing import Any

ROWS = 100_000
AIM_MB = 300


def peak() -> float:
    """The most memory that this process ever held, in MB (1024 × 1024 bytes; Linux counts in kilobytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_memory(slug: str) -> dict[str, Any]:
    """A row of the bench's table: megabytes where others have milliseconds, the aim as bare side."""
    child = [sys.executable, "-m", "bench.memory", slug]
    answer = subprocess.run(child, check=True, capture_output=True, text=True, env=os.environ.copy())
    found = json.loads(answer.stdout.splitlines()[-1])
    ratio = found["peak_mb"] / AIM_MB
    return {
        "name": f"export of {found['rows']} rows, MB / {AIM_MB} MB",
        "ours_ms": found["peak_mb"],
        "bare_ms": float(AIM_MB),
        "ratio": round(ratio, 4),
        "aim": "<=1",
        "met": ratio <= 1,
        **found,
    }


def write_one(slug: str) -> dict[str, Any]:
    """Ask for the newest ROWS of the campaign as its lead bureau, and write them."""
    from django.utils import timezone

    from accounts.models import User
    from campaigns.models import Campaign
    from hazards.models import Hazard
    from reports.exports import actions as export_actions
    from reports.exports import writing as export_writing

    campaign, lead = Campaign.objects.get(slug=slug), User.objects.get(username=f"{slug}-lead")
    days = Hazard.objects.filter(campaign=campaign).exclude(status="void").order_by("-found_on", "-id")
    last = days.values_list("found_on", flat=True)[ROWS - 1 : ROWS].first()
    query = f"found_from={last:%Y-%m-%d}" if last else ""
    wish = export_actions.Wish(campaign, "ledger", query, "bench.xlsx", ROWS)
    export = export_actions.ask(wish, by=lead, now=timezone.now())
    before, started = peak(), time.perf_counter()
    export_writing.write(export.pk)
    seconds = time.perf_counter() - started
    export.refresh_from_db()
    assert export.state == "done", export.message
    size = round(export.size / 2**20, 1)
    export.file.delete(save=False)
    export.delete()
    return {
        "rows": export.total,
        "peak_mb": round(peak(), 1),
        "before_mb": round(before, 1),
        "seconds": round(seconds, 1),
        "file_mb": size,
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hazard_tracker.settings")
    import django

    django.setup()
    print(json.dumps(write_one(sys.argv[1])))
