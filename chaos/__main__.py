"""`python -m chaos`: fill a database of its own, run the product's processes, kill them, count, drop it.

CHAOS_DATABASE_URL names a PostgreSQL database from which others may be created and dropped, or is
"sqlite" for a short run without it. Exit code 1 when anything is lost, twice in an inbox, or repeated
outside without a mark or more often than a worker was killed.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from chaos.mail import Inbox, MailServer
from chaos.parts import Parts, wait_for
from chaos.robots import Robots
from hazard_tracker.embedded_redis import socket_path

if TYPE_CHECKING:
    from campaigns.models import Campaign
    from chaos.kills import Kills
    from chaos.tally import Tally
    from notices.subjects import Key

SERVER_URL = "postgres://postgres@127.0.0.1:5432/postgres"
LIMIT = 300  # seconds for one day's messages
RESULT = Path("var/chaos.json")
SHORT = {"SEND_LEASE": "10", "ROUND_SECONDS": "5"}
"""Spans of the short run; the long one has the product's own."""


def main() -> int:
    """Return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--reminders", type=int, default=10_000)
    parser.add_argument("--short", action="store_true", help="one day, one kill")
    parser.add_argument("--result", type=Path, default=RESULT, help="file for the figures")
    given = parser.parse_args()
    server = os.environ.get("CHAOS_DATABASE_URL", SERVER_URL)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, Robots() as robots:
        inbox = Inbox()
        with MailServer(inbox) as mail:
            url = database(server, Path(folder))
            environ = environment(Path(folder), url, mail.port, robots.origin, SHORT if given.short else {})
            parts = Parts(environ, Path(folder))
            try:
                figures, seconds, killed = run(given, parts, inbox, robots, url)
            finally:
                parts.kill_all()
                drop(server, url)
    show(figures, seconds, killed)
    save(given.result, figures, seconds, killed)
    return 0 if figures.good else 1


def database(server: str, folder: Path) -> str:
    """The address of a fresh database."""
    if server == "sqlite":
        return f"sqlite:///{folder / 'db.sqlite3'}"
    name = f"hazard_chaos_{os.getpid()}"
    _admin(f"CREATE DATABASE {name}", server)
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def drop(server: str, url: str) -> None:
    """Drop what database() made."""
    if server != "sqlite":
        from django.db import connections

        connections.close_all()
        _admin(f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)", server)


def _admin(statement: str, url: str) -> None:
    from bench.__main__ import admin

    admin(statement, url)


def environment(folder: Path, url: str, mail_port: int, robots: str, spans: dict[str, str]) -> dict[str, str]:
    """What every process of the run gets; this one too."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    os.environ |= {
        "HAZARD_ENV": "demo",
        "DJANGO_SETTINGS_MODULE": "hazard_tracker.settings",
        "DATABASE_URL": url,
        "REDIS_URL": f"redis+socket://{socket_path(folder)}",
        "VAR_DIR": str(folder),
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "DEFAULT_FROM_EMAIL": "notices@example.com",
        "ROBOT_HOSTS": robots,
        "LOG_LEVEL": "ERROR",
    } | spans
    import django

    django.setup()
    return dict(os.environ)


def run(
    given: argparse.Namespace, parts: Parts, inbox: Inbox, robots: Robots, url: str
) -> tuple["Tally", dict[str, float], list[str]]:
    """All of it; the figures, how long parts of it took, what was killed."""
    from django.core.management import call_command

    from chaos.kills import Kills
    from chaos.people import HAZARDS, fill, jump
    from chaos.tally import tally

    days = 1 if given.short else 2
    call_command("migrate", verbosity=0)
    campaign = fill(given.reminders // (HAZARDS * days), robots.origin)
    kills = Kills(parts, inbox, url)
    begun = time.monotonic()
    planned = keys(campaign)
    workers = 2 if given.short else 4
    parts.start_all(workers, 2)
    say(f"{len(planned)} reminders planned for the first day, {workers} workers, 2 beats")
    seconds: dict[str, float] = {}
    if given.short:
        kills.after_sending()
        settle(planned, 1)
    else:
        first_day(kills, seconds)
        settle(planned, 1)
        say("all of them stopped for three days")
        parts.kill_all()
        jump(3)
        planned = shifted(planned, 3) | keys(campaign)
        parts.start_all(workers, 2)
        second_day(kills, seconds)
        settle(planned, 2)
    mailed = set(planned)
    if not given.short:
        seconds["news while the message server was down, in inboxes after"] = news(kills, campaign, planned)
    seconds["the whole run"] = time.monotonic() - begun
    return tally(planned, mailed, inbox, robots, parts.kills), seconds, kills.done


def first_day(kills: "Kills", seconds: dict[str, float]) -> None:
    """Every step once, the message server three times."""
    kills.collecting()
    say("killed while collecting")
    for step in (kills.before_sending, kills.after_sending, kills.claiming, kills.marking):
        step()
        say(f"killed: {kills.done[-1]}")
    seconds["a task ran again after the message server's third restart"] = kills.redis(3)


def second_day(kills: "Kills", seconds: dict[str, float]) -> None:
    """The sending again, from the other end."""
    for step in (kills.marking, kills.after_sending, kills.before_sending, kills.claiming):
        step()
        say(f"killed: {kills.done[-1]}")


def news(kills: "Kills", campaign: "Campaign", planned: set["Key"]) -> float:
    """Real acts while the message server is down: their news must reach the inboxes when it is back."""
    from accounts.models import User
    from chaos.people import HAZARDS
    from hazards.models import Hazard
    from hazards.procedures.urge_actions import urge
    from notices.models import Notice

    kills.parts.kill("redis")
    lead = User.objects.get(username="lead")
    for hazard in Hazard.objects.filter(number__endswith=f"-{HAZARDS - 1}")[:20]:
        urge(hazard.pk, by=lead)
    planned |= keys(campaign)
    kills.parts.start("redis")
    return wait_for(lambda: Notice.objects.count() >= len(planned), LIMIT, "news")


def keys(campaign: "Campaign") -> set["Key"]:
    """What the campaign's people lack just now, as the product itself plans it."""
    from notices.planning import plan
    from notices.subjects import key_of

    return {key_of(one) for one in plan(campaign, today=campaign.today(), now=campaign.now())}


def settle(planned: set["Key"], day: int) -> None:
    """Wait until every inbox is full and every message of the day is out; a lack is counted later."""
    from notices.enums import DeliveryState
    from notices.models import Delivery, Notice, Robot

    people = len({key[0] for key in planned}) + Robot.objects.count()

    def done() -> bool:
        sent = Delivery.objects.filter(state=DeliveryState.SENT).count()
        return Notice.objects.count() >= len(planned) and sent >= people * day

    try:
        say(f"day {day} done after {wait_for(done, LIMIT, 'the rest of the messages'):.0f} s more")
    except TimeoutError as fault:
        say(str(fault))


def shifted(planned: set["Key"], days: int) -> set["Key"]:
    """The same keys after the jump: their days lie as much earlier."""
    from notices.subjects import KEY

    place = KEY.index("due_on")
    return {(*key[:place], key[place] - timedelta(days=days), *key[place + 1 :]) for key in planned}


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


def show(figures: "Tally", seconds: dict[str, float], killed: list[str]) -> None:
    """The table."""
    print()
    for name, figure in asdict(figures).items():
        print(f"{name.replace('_', ' '):<28}{figure:>8}")
    for name, taken in seconds.items():
        print(f"{name}: {taken:.0f} s")
    print(f"killed: {', '.join(killed)}")
    print("good" if figures.good else "NOT GOOD")


def save(path: Path, figures: "Tally", seconds: dict[str, float], killed: list[str]) -> None:
    """The same as a file."""
    path.parent.mkdir(exist_ok=True)
    kept = {"figures": asdict(figures), "seconds": seconds, "killed": killed}
    path.write_text(json.dumps(kept, indent=1))


if __name__ == "__main__":
    sys.exit(main())
