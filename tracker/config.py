"""Settings from the environment; every name on the outside begins with TRACKER_.

`instance/config.env` (lines NAME=value) is read first, the real environment overrules it.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PREFIX = "TRACKER_"
MOST_BACKUP_DAYS = 35


@dataclass(frozen=True)
class Setting:
    """One setting: its outside name without prefix, default as text, parser, and what it means."""

    name: str
    default: str
    parse: Callable[[str], Any]
    meaning: str


def _flag(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _days(text: str) -> int:
    days = int(text)
    if days < 1:
        raise ValueError("at least a day")
    return days


def _backup_days(text: str) -> int:
    """A text that was erased is in no backup after these days: never more than 35."""
    return min(_days(text), MOST_BACKUP_DAYS)


SETTINGS: tuple[Setting, ...] = (
    Setting("DATABASE_URL", "", str, "database; empty: SQLite file in instance/"),
    Setting("SECRET_KEY", "", str, "signs cookies; empty: made once and kept in instance/"),
    Setting("AUDIT_KEY", "", str, "seals the audit log; empty: made once and kept in instance/"),
    Setting(
        "CLIENT_KEY",
        "",
        str,
        "hashes the offices' own references; empty: made once and kept in instance/",
    ),
    Setting("FACTOR_KEY", "", str, "seals second factors; empty: made once and kept in instance/"),
    Setting("HOST", "127.0.0.1", str, "address the server listens on"),
    Setting("PORT", "8000", int, "port the server listens on"),
    Setting("THREADS", "8", int, "server threads"),
    Setting(
        "BASE_URL", "", str, "address people use, for links in mail; empty: from host and port"
    ),
    Setting("BEHIND_TLS", "0", _flag, "served over https by a proxy: Secure cookies and HSTS"),
    Setting("PROXIES", "0", int, "number of trusted proxies that set X-Forwarded-*"),
    Setting("TRUSTED_HOSTS", "", _names, "host names answered, comma separated; empty: local ones"),
    Setting("DEMO", "0", _flag, "load the fictional towns and let the demo accounts sign in"),
    Setting("MAIL_HOST", "", str, "SMTP server; empty: notices stay in the app"),
    Setting("MAIL_PORT", "25", int, "SMTP port"),
    Setting("MAIL_TLS", "none", str, "none, starttls or tls"),
    Setting("MAIL_USER", "", str, "SMTP user name"),
    Setting("MAIL_PASSWORD", "", str, "SMTP password"),
    Setting("MAIL_FROM", "kakehashi@localhost", str, "sender address of notices"),
    Setting("OIDC_ISSUER", "", str, "provider for single sign-on; empty: none"),
    Setting("OIDC_CLIENT_ID", "", str, "what the provider calls this installation"),
    Setting("OIDC_CLIENT_SECRET", "", str, "shared with the provider"),
    Setting("OIDC_CLAIM", "preferred_username", str, "which claim is the sign-in name here"),
    Setting("NOTICE_DELAY_MINUTES", "15", int, "how long a notice waits, so that an undo stops it"),
    Setting("SESSION_IDLE_MINUTES_STAFF", "30", int, "sign-in ends after so long without a click"),
    Setting("SESSION_IDLE_MINUTES_AGENCY", "60", int, "the same for agencies"),
    Setting("SESSION_HOURS", "12", int, "sign-in ends after so long in any case"),
    Setting("BACKUP_KEY", "", str, "seals backups; empty: made once and kept in instance/"),
    Setting("BACKUP_DIR", "", str, "a backup a day goes there; empty: none; best on another disk"),
    Setting("BACKUP_DAYS", "35", _backup_days, "how many days those backups are kept, at most 35"),
    Setting("KEEP_TRACE_DAYS", "1095", _days, "how long it is known who opened what"),
    Setting("KEEP_NOTICE_DAYS", "400", _days, "how long notices in the app are kept"),
    Setting("KEEP_MAIL_DAYS", "90", _days, "how long mails that went and jobs done are listed"),
    Setting("AUDIT_HEADS_FILE", "", str, "where daily audit heads go; best on another disk"),
)

LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


def from_environment(instance: Path, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The application's configuration; makes missing keys in `instance` (file mode 0600).

    :raises ValueError: when a number cannot be read, naming the setting
    """
    given = {**_read_file(instance / "config.env"), **(os.environ if environ is None else environ)}
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = given.get(PREFIX + setting.name, setting.default)
        try:
            values[setting.name] = setting.parse(text)
        except ValueError as error:
            raise ValueError(f"{PREFIX}{setting.name}={text!r}: {setting.meaning}") from error
    return _with_flask_names(values, instance)


def _with_flask_names(values: dict[str, Any], instance: Path) -> dict[str, Any]:
    values["SECRET_KEY"] = values["SECRET_KEY"] or _kept_key(instance / "secret.key")
    values["AUDIT_KEY"] = values["AUDIT_KEY"] or _kept_key(instance / "audit.key")
    values["CLIENT_KEY"] = values["CLIENT_KEY"] or _kept_key(instance / "client.key")
    values["FACTOR_KEY"] = values["FACTOR_KEY"] or _kept_key(instance / "factor.key")
    values["BACKUP_KEY"] = values["BACKUP_KEY"] or _kept_key(instance / "backup.key")
    values["BASE_URL"] = values["BASE_URL"] or f"http://{values['HOST']}:{values['PORT']}"
    values["AUDIT_HEADS_FILE"] = values["AUDIT_HEADS_FILE"] or str(instance / "audit-heads.txt")
    url = values.pop("DATABASE_URL") or f"sqlite:///{instance / 'kakehashi.sqlite3'}"
    behind_tls = values["BEHIND_TLS"]
    return values | {
        "SQLALCHEMY_DATABASE_URI": url.replace("postgresql://", "postgresql+psycopg://"),
        "TRUSTED_HOSTS": (values["TRUSTED_HOSTS"] or []) + LOCAL_HOSTS,
        "SESSION_COOKIE_NAME": "__Host-kakehashi" if behind_tls else "kakehashi",
        "SESSION_COOKIE_SECURE": behind_tls,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 10 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 300,
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the sign-in
        "BABEL_DEFAULT_LOCALE": "ja",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Tokyo",
        "BABEL_TRANSLATION_DIRECTORIES": str(Path(__file__).parent / "translations"),
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }


def _kept_key(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # a second process was quicker
            return path.read_text("ascii").strip()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii").strip()


def _read_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}
