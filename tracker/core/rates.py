"""How often one person does what costs much, counted in the database for all processes together.

A count is one row of `request_keys` for a person, a kind and a span of time, under a key that no
form has; like the others it is thrown away after its time. It is written as a trace, so that a GET
may be counted: within a second more may pass than the limit says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import gettext as _

from tracker.core import traces
from tracker.core.db import db, insert_for
from tracker.core.errors import TooManyError
from tracker.core.request_keys import RequestKey


@dataclass(frozen=True)
class Rate:
    """At most so many of a kind within each span."""

    kind: str
    most: int
    span: timedelta

    def began(self, at: datetime) -> int:
        """When the span of this instant began, in seconds since 1970."""
        seconds = int(self.span.total_seconds())
        return int(at.timestamp()) // seconds * seconds

    def key(self, at: datetime) -> str:
        """Of its row; a form's key holds no colon."""
        return f"rate:{self.kind}:{self.began(at)}"


def count(rate: Rate, person_id: int, *, at: datetime) -> None:
    """One more is on its way into the database.

    :raises TooManyError: when there were as many as may be; it is not counted then
    """
    mine = RequestKey.person_id == person_id, RequestKey.key == rate.key(at)
    before = db.session.scalar(sa.select(RequestKey.answer_id).where(*mine)) or 0
    if before >= rate.most:
        ends = rate.began(at) + rate.span.total_seconds()
        raise TooManyError(
            _("This was asked for very often within a short time. Please wait a little."),
            retry_after=max(1, int(ends - at.timestamp())),
        )
    row = {"person_id": person_id, "key": rate.key(at), "digest": "", "answer_id": 1, "used_at": at}
    one_more = {"answer_id": RequestKey.answer_id + 1, "used_at": at}
    traces.writer.hand(
        insert_for(RequestKey)
        .values(row)
        .on_conflict_do_update(index_elements=["person_id", "key"], set_=one_more)
    )
