"""Digests that make a change to the audit trail show (docs/decisions/0021). Pure but for the secret key.

Each row carries a keyed digest of its content; each seal one of a run of rows and of the seal before.
Whoever can write to the database but does not hold SECRET_KEY cannot make either.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC
from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from accounts.models import AuditEntry


def _keyed(*parts: str) -> str:
    key = hashlib.sha256(b"audit trail" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, "\x1e".join(parts).encode(), hashlib.sha256).hexdigest()


def digest_of(entry: "AuditEntry") -> str:
    """The digest that the row must carry, from its content: 64 hexadecimal digits."""
    return _keyed(
        entry.at.astimezone(UTC).isoformat(),
        str(entry.user_id or ""),
        entry.username,
        ip_address(entry.address).exploded if entry.address else "",
        entry.act,
        entry.target,
        entry.result,
        # Through JSON once, so that it reads as it will come back from the database.
        json.dumps(json.loads(json.dumps(entry.detail)), sort_keys=True, ensure_ascii=False),
    )


def digest_of_run(previous: str, rows: Iterable[tuple[int, str]]) -> str:
    """The digest of a seal: of the one before it and of its rows' numbers and digests, in order."""
    run = hashlib.sha256()
    for pk, digest in rows:
        run.update(f"{pk}:{digest};".encode())
    return _keyed(previous, run.hexdigest())
