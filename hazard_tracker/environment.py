"""Which environment this is and what it must bring. Read once, by settings.py."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DEMO = "demo"
PRODUCTION = "production"
TEST = "test"
ENVIRONMENTS = (DEMO, PRODUCTION, TEST)
REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS")
MIN_SECRET_KEY_LENGTH = 50


def environment_name(values: Mapping[str, str]) -> str:
    """Return HAZARD_ENV, "demo" when unset. Raises ImproperlyConfigured for an unknown name."""
    name = values.get("HAZARD_ENV") or DEMO
    if name not in ENVIRONMENTS:
        raise ImproperlyConfigured(f"HAZARD_ENV={name!r} is unknown: use one of {', '.join(ENVIRONMENTS)}.")
    return name


def require_production(values: Mapping[str, str]) -> None:
    """Raise ImproperlyConfigured naming everything that is missing or unsafe, all at once."""
    faults = [f"{name} is missing" for name in REQUIRED_IN_PRODUCTION if not values.get(name, "").strip()]
    key = values.get("SECRET_KEY", "")
    if key.strip() and len(key) < MIN_SECRET_KEY_LENGTH:
        faults.append(f"SECRET_KEY is shorter than {MIN_SECRET_KEY_LENGTH} characters")
    if "*" in values.get("ALLOWED_HOSTS", ""):
        faults.append("ALLOWED_HOSTS must name hosts, not *")
    if values.get("DATABASE_URL", "").startswith("sqlite"):
        faults.append("DATABASE_URL is SQLite: production needs PostgreSQL")
    if values.get("DEBUG", "").lower() in ("1", "true", "yes", "on", "y", "t"):
        faults.append("DEBUG must be off")
    if faults:
        raise ImproperlyConfigured("HAZARD_ENV=production: " + "; ".join(faults) + ".")


def persisted_secret_key(var_dir: Path) -> str:
    """Return the key kept in var/secret_key, making one at first use.

    Several processes may start together: each writes its own draft and the first link wins.
    """
    path = var_dir / "secret_key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        draft = var_dir / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
