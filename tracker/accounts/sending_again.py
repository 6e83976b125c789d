"""A form that comes when one has to show again who one is: it waits in that page, sealed.

Nothing is stored. What the same browser has just sent comes back to it and is sent once more by a
press, when the password was right. The seal (signed, not secret) counts for one person and for
half an hour; passwords and codes are never in it.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from tracker.core import personal, web

SALT = "sent-again"
COUNTS_FOR = timedelta(minutes=30)
MOST_BYTES = 20_000
NEVER = frozenset({"csrf_token", "password", "again", "old_password", "code", "kept"})
KEYS = frozenset({"request_key", "version"})


@dataclass(frozen=True)
class Waiting:
    """What was sent, where to, from which page, and by whom."""

    path: str
    page: str  # where the form stands
    fields: list[tuple[str, str]]
    person_id: int
    at: str  # ISO 8601, UTC

    @property
    def texts(self) -> list[str]:
        """What somebody wrote, without choices and keys."""
        return [
            text
            for name, text in self.fields
            if name not in KEYS and text and not web.CODE.fullmatch(text)
        ]

    def seal(self) -> str:
        """The text for the hidden field."""
        return str(_sealer().dumps(asdict(self)))


def of_request(person_id: int, page: str, at: datetime) -> Waiting | None:
    """What this request brings; None with files, which a page cannot hold, and beyond 20 kB."""
    sent = [(name, text) for name, text in request.form.items(multi=True) if name not in NEVER]
    if request.files or len(json.dumps(sent, ensure_ascii=False).encode()) > MOST_BYTES:
        return None
    fields = [(name, personal.hide(text)) for name, text in sent]
    return Waiting(request.full_path.rstrip("?"), page, fields, person_id, at.isoformat())


def opened(sealed: str, person_id: int, at: datetime) -> Waiting | None:
    """What a seal of ours holds; None when it is none, somebody else's, or too old."""
    try:
        found = Waiting(**_sealer().loads(sealed))
    except (BadSignature, TypeError):
        return None
    old = at - datetime.fromisoformat(found.at) > COUNTS_FOR
    return None if old or found.person_id != person_id else found


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
