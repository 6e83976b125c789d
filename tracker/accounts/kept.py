"""Words that arrive when the sign-in is over: sealed into the sign-in page, back as a draft.

Nothing is written for somebody who is not signed in. The seal (signed, not secret: it holds what
the same browser has just sent) can be made here only, counts for a day and for one form, and for
one person where the ended session tells whose words they are.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, flash, request, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from tracker.accounts.roles import Permission
from tracker.accounts.viewer import Viewer
from tracker.core import drafts, personal, request_keys, web
from tracker.core.errors import InvalidInputError
from tracker.core.i18n import listed

SALT = "kept-text"
COUNTS_FOR = timedelta(days=1)
MOST_BYTES = 20_000


@dataclass(frozen=True)
class DraftedForm:
    """What a view says of its form: the draft's name, what is drafted of it, and what never is."""

    name: str | Callable[..., str]  # called with what the address names
    typed: Callable[[], Mapping[str, str]]
    never: Mapping[str, object]  # field → label of what has to be typed again

    def name_of(self, rows: Mapping[str, Any]) -> str:
        """The draft's name."""
        return self.name if isinstance(self.name, str) else self.name(**rows)


@dataclass(frozen=True)
class Kept:
    """What was typed into one form, personal details hidden, and whose it is."""

    form: str
    endpoint: str
    rows: dict[str, Any]  # what the form's address names
    fields: dict[str, str]
    never: list[str]  # fields that were typed and are not kept
    person_id: int | None  # None: the browser held no session that tells
    request_key: str
    at: str  # ISO 8601, UTC

    @property
    def address(self) -> str:
        """Where the form is."""
        return url_for(self.endpoint, **self.rows)

    @property
    def texts(self) -> list[str]:
        """What somebody wrote, without choices and keys."""
        return [text for text in self.fields.values() if not web.CODE.fullmatch(text)]

    @property
    def typed_again(self) -> str:
        """Labels of what has to be typed again; empty when nothing."""
        return listed(
            label for name, label in drafted(self.endpoint).never.items() if name in self.never
        )

    def seal(self) -> str:
        """The text for the hidden field."""
        return str(_sealer().dumps(asdict(self)))


def drafted(endpoint: str | None) -> DraftedForm:
    """What the view says of its form.

    :raises KeyError: when it keeps no drafts
    """
    form: DraftedForm | None = getattr(
        current_app.view_functions.get(endpoint or ""), "keeps_draft", None
    )
    if form is None:
        raise KeyError(endpoint)
    return form


def of_request(person_id: int | None, at: datetime) -> Kept | None:
    """What this request brings for a form that keeps drafts; None for others and beyond 20 kB."""
    try:
        form = drafted(request.endpoint)
    except KeyError:
        return None
    rows = request.view_args or {}
    typed = form.typed()
    # Measured before it is looked at: looking for details takes time, and anybody may send this.
    if request.method != "POST" or _size(typed) > MOST_BYTES:
        return None
    return Kept(
        form=form.name_of(rows),
        endpoint=request.endpoint or "",
        rows=dict(rows),
        fields={name: personal.letter(text) for name, text in typed.items()},
        never=[name for name in form.never if request.form.get(name, "").strip()],
        person_id=person_id,
        request_key=request.form.get("request_key", "")[:64],
        at=at.isoformat(),
    )


def opened(sealed: str, at: datetime) -> Kept | None:
    """What a seal of ours holds; None when it is none, or older than a day."""
    try:
        kept = Kept(**_sealer().loads(sealed))
        drafted(kept.endpoint)
    except (BadSignature, TypeError, KeyError):  # the last two: of an older version of ours
        return None
    return kept if at - datetime.fromisoformat(kept.at) <= COUNTS_FOR else None


def refuse_others(kept: Kept, by: Viewer) -> None:
    """Return only when these words may become this person's draft.

    :raises InvalidInputError: they are somebody else's, or their form is not open to the person
    """
    permission: Permission = vars(current_app.view_functions[kept.endpoint])["permission"]
    if kept.person_id not in {None, by.person_id}:
        raise InvalidInputError(
            None,
            _(
                "The text kept on this page was typed by another person: only that person can "
                "have it back. To sign in without it, please open the sign-in page anew."
            ),
        )
    if not by.may(permission):
        raise InvalidInputError(
            None,
            _(
                "The form this text was typed into is not open to this account. To sign in "
                "without the text, please open the sign-in page anew."
            ),
        )


def bring_back(kept: Kept, *, by: Viewer, at: datetime) -> str | None:
    """The words are the person's draft of the form; or the reason why they are not, told to them.

    :raises InvalidInputError: as `refuse_others`
    """
    refuse_others(kept, by)
    if request_keys.is_used(by.person_id, kept.request_key):
        return _("This form was sent before, and is not sent again. What you typed is below.")
    draft = drafts.find(by.person_id, kept.form)
    if draft and draft.saved_at > datetime.fromisoformat(kept.at) and draft.fields != kept.fields:
        return _("You have written more since: your draft is newer and was not overwritten.")
    drafts.save(by.person_id, kept.form, kept.fields, at=at)
    return None


def say_what_is_missing(kept: Kept) -> None:
    """The next page names what has to be typed again."""
    if kept.never:
        flash(
            _(
                "Please type again: %(fields)s. It is never kept in a draft.",
                fields=kept.typed_again,
            ),
            "warning",
        )


def _size(fields: Mapping[str, str]) -> int:
    return len(json.dumps(dict(fields), ensure_ascii=False).encode())


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=SALT)
