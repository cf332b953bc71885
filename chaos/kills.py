"""A worker killed at each step of its work; PostgreSQL's locks hold it there for the moment it takes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2

from chaos.mail import Inbox
from chaos.parts import Parts, wait_for

PATIENCE = 240  # seconds until a worker comes to the step
HOLD = 5  # seconds for which a lock is held


class Kills:
    """`url` of the database; None on SQLite, where only the mail server's steps can be had."""

    def __init__(self, parts: Parts, inbox: Inbox, url: str | None) -> None:
        self.parts, self.inbox, self.url = parts, inbox, url
        self.done: list[str] = []

    def collecting(self) -> None:
        """While it adds notices."""
        self._locked("notices_notice", 'INSERT INTO "notices_notice"%', "collecting")

    def claiming(self) -> None:
        """While it claims a message."""
        self._locked("notices_delivery", "UPDATE \"notices_delivery\"%'sending'%", "claiming")

    def marking(self) -> None:
        """The message is out; while it marks it as sent."""
        self._locked("notices_delivery", "UPDATE \"notices_delivery\"%'sent'%", "marking")

    def before_sending(self) -> None:
        """Claimed; it has only greeted the mail server."""
        self._by_mail_server("before", "before sending")

    def after_sending(self) -> None:
        """The mail server has the message and has not said so yet."""
        self._by_mail_server("after", "after sending")

    def _by_mail_server(self, step: str, name: str) -> None:
        hit: list[bool] = []
        setattr(self.inbox, step, lambda port: hit.append(self.parts.kill_by_port(port)))
        wait_for(lambda: hit, PATIENCE, name)
        self._note(name, hit[0])

    def _locked(self, table: str, query: str, name: str) -> None:
        until = time.monotonic() + PATIENCE
        while not self._held(table, query, name):
            if time.monotonic() > until:
                raise TimeoutError(f"{name}: not within {PATIENCE} s")
            # Let go now and then: those who wait may all be at another step.
            time.sleep(0.2)

    def _held(self, table: str, query: str, name: str) -> bool:
        """Hold the lock for a while; whether a worker came to the step and was killed."""
        until = time.monotonic() + HOLD
        with self._lock(table) as cursor:
            while time.monotonic() < until:
                if ports := _waiting(cursor, query):
                    self._note(name, self.parts.kill_by_port(ports[0]))
                    return True
                time.sleep(0.05)
        return False

    @contextmanager
    def _lock(self, table: str) -> Iterator[Any]:
        """Nobody may write the table within; reading goes on. Yields a cursor to look at who waits: one of
        another connection, as within a transaction the list of sessions is read once."""
        assert self.url
        holder, looker = psycopg2.connect(self.url), psycopg2.connect(self.url)
        looker.autocommit = True
        try:
            holder.cursor().execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield looker.cursor()
        finally:
            holder.rollback()
            holder.close()
            looker.close()

    def _note(self, name: str, hit: bool) -> None:
        if not hit:
            raise RuntimeError(f"no worker of ours was at the step: {name}")
        self.done.append(name)
        self.parts.revive()

    def redis(self, times: int) -> float:
        """Kill the message server and start it again; seconds until a task runs after the last time."""
        from django.core.cache import cache

        from hazard_tracker.health import HEARTBEAT_KEY
        from hazard_tracker.tasks import heartbeat

        for _ in range(times):
            self.parts.again("redis")
            time.sleep(3)
            self.done.append("message server")
        cache.delete(HEARTBEAT_KEY)
        heartbeat.apply_async(expires=120)

        def beats() -> bool:
            with suppress(Exception):
                return cache.get(HEARTBEAT_KEY) is not None
            return False

        return wait_for(beats, 120, "a task after the message server's restart")


def _waiting(cursor: Any, query: str) -> list[int]:
    """The port of a session that waits for a lock with such a statement, if there is one."""
    cursor.execute(
        "SELECT client_port FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
        "AND datname = current_database() AND query LIKE %s LIMIT 1",
        [query],
    )
    return [int(row[0]) for row in cursor.fetchall()]
