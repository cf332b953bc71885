"""Which environment this is and what it must bring. Read once, by settings.py."""

import os
import secrets
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
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
    faults += [f"{one} in ROBOT_HOSTS is no https://host" for one in _unsafe_hosts(values)]
    if faults:
        raise ImproperlyConfigured("HAZARD_ENV=production: " + "; ".join(faults) + ".")


def site_url(values: Mapping[str, str], hosts: Sequence[str]) -> str:
    """Return SITE_URL without a slash at its end; when unset, what the first host and the port suggest."""
    if given := values.get("SITE_URL", "").strip():
        return given.rstrip("/")
    if values.get("HAZARD_ENV") == PRODUCTION:
        return f"https://{hosts[0].lstrip('.')}"
    return f"http://localhost:{values.get('PORT') or 8000}"


def mail_settings(values: Mapping[str, str]) -> dict[str, Any]:
    """Return Django's EMAIL_* and DEFAULT_FROM_EMAIL from EMAIL_URL; {} when it is unset: no mail is sent.

    smtp+ssl://user:password@host (465), smtp+tls:// (587, STARTTLS) or smtp:// (25). The sender is
    DEFAULT_FROM_EMAIL, else the user when that is an address. Raises ImproperlyConfigured.
    """
    given = values.get("EMAIL_URL", "").strip()
    if not given:
        return {}
    try:
        config: dict[str, Any] = environ.Env.email_url_config(given)
    except (ValueError, ImproperlyConfigured):
        # Not its words: they may repeat the password.
        raise ImproperlyConfigured("EMAIL_URL cannot be read: smtp+ssl://user:password@host:465") from None
    if config["EMAIL_BACKEND"].endswith("smtp.EmailBackend") and not config["EMAIL_HOST"]:
        raise ImproperlyConfigured("EMAIL_URL names no host")
    found = {name: value for name, value in config.items() if name.startswith("EMAIL_")}
    usual = 465 if found.get("EMAIL_USE_SSL") else 587 if found.get("EMAIL_USE_TLS") else 25
    found["EMAIL_PORT"] = found["EMAIL_PORT"] or usual
    found["DEFAULT_FROM_EMAIL"] = _sender(values, str(found["EMAIL_HOST_USER"] or ""))
    return found


def _sender(values: Mapping[str, str], user: str) -> str:
    """The address that messages come from, with the system's name unless another is given."""
    given = values.get("DEFAULT_FROM_EMAIL", "").strip()
    name, address = parseaddr(given) if given else ("", user)
    if "@" not in address:
        raise ImproperlyConfigured("DEFAULT_FROM_EMAIL is missing or no address: who mail comes from")
    return given if name else f"园区隐患整治 <{address}>"


def seconds(values: Mapping[str, str], name: str, default: int) -> int:
    """A span that only a run of chaos/ shortens, to wait less for what it kills."""
    return max(1, int(values.get(name) or default))


def robot_hosts(values: Mapping[str, str]) -> list[str]:
    """Return ROBOT_HOSTS, addresses of group robots beside the three public ones, such as https://host."""
    return [one.strip().rstrip("/") for one in values.get("ROBOT_HOSTS", "").split(",") if one.strip()]


def _unsafe_hosts(values: Mapping[str, str]) -> list[str]:
    parts = {one: urlsplit(one) for one in robot_hosts(values)}
    return [
        one
        for one, at in parts.items()
        if at.scheme != "https" or not at.hostname or at.path or at.query or at.username
    ]


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
