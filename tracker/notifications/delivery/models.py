"""What the mail server last said about somebody's address."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import Person
from tracker.core.db import Model

REFUSALS_UNTIL_STOPPED = 3  # one after the other; a mailbox may be full for a day


class MailAddress(Model):
    """An address that refused a mail, or that somebody stopped; one that takes mail has no row."""

    __tablename__ = "mail_addresses"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    address: Mapped[str] = mapped_column(sa.String(254))  # when the person has another, it is over
    refusals: Mapped[int] = mapped_column(default=0)  # since the last mail that was taken
    code: Mapped[int | None]  # last answer of the mail server
    at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[int | None] = mapped_column(  # None: by itself
        sa.ForeignKey("people.id"), index=True
    )

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=person_id)
