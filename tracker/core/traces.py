"""The only writing a GET may cause: who opened what, when somebody was last here, read marks.

Statements are handed to one writer, which stores them in one transaction a second outside the
request. Up to a second of traces may be lost at a power cut; README's threat page says so.
"""

import enum
import logging
import queue
import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, has_request_context
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import read_only
from tracker.core.db import WRITING, Model, db

log = logging.getLogger(__name__)
SAID = "opening_was_said"  # of a request: the page itself said what it showed


class How(enum.StrEnum):
    """How a text came to be read, or was not."""

    OPENED = "opened"
    LISTED = "listed"  # words of it stood in a list, as in what a search found
    REFUSED = "refused"  # somebody asked for it and was refused


class AccessTrace(Model):
    """Somebody opened the text of something, read words of it in a list, or was refused it."""

    __tablename__ = "access_traces"
    __table_args__ = (
        sa.Index("ix_access_traces_subject", "subject", "subject_id", "id"),
        sa.Index("ix_access_traces_person", "person_id", "id"),
        sa.Index("ix_access_traces_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id"))
    subject: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    how: Mapped[str] = mapped_column(sa.String(10), default=How.OPENED, server_default=How.OPENED)


class TraceWriter:
    """Collects statements from all threads and stores them together."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[sa.Executable] = queue.SimpleQueue()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def init_app(self, app: Flask) -> None:
        """The writer belongs to this application; nothing runs before `start`."""
        app.extensions["traces"] = self
        self._app = app

    def hand(self, statement: sa.Executable) -> None:
        """The statement will be stored within about a second, outside this request."""
        self._waiting.put(statement)

    def start(self) -> None:
        """Store once a second from a thread of its own."""
        self._thread = threading.Thread(target=self._run, name="traces", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Store what is waiting and stop."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(5)
        self.flush()

    def _run(self) -> None:
        while not self._stop.wait(1.0):
            try:
                self.flush()
            except sa.exc.SQLAlchemyError:
                log.exception("traces.failed")

    def flush(self) -> int:
        """Everything waiting is stored; how many statements there were. Not in read-only mode."""
        with self._app.app_context():
            if read_only.is_on():
                return 0
        statements: list[Any] = []
        while not self._waiting.empty():
            statements.append(self._waiting.get())
        if not statements:
            return 0
        try:
            self._store(statements)
        except sa.exc.SQLAlchemyError:
            for statement in statements:  # tried again in a second
                self._waiting.put(statement)
            raise
        return len(statements)

    def _store(self, statements: list[Any]) -> None:
        with self._app.app_context():
            token = WRITING.set(True)
            try:
                with db.engine.begin() as connection:
                    for statement in statements:
                        connection.execute(statement)
            finally:
                WRITING.reset(token)


writer = TraceWriter()


def opened(person_id: int | None, subject: str, subject_id: int, *, at: datetime) -> None:
    """It will be known that this person opened this text."""
    if has_request_context():
        setattr(g, SAID, True)
    _hand(person_id, How.OPENED, subject, [subject_id], at)


def listed(
    person_id: int | None, subject: str, subject_ids: Iterable[int], *, at: datetime
) -> None:
    """It will be known that this person read words of each of these in a list."""
    _hand(person_id, How.LISTED, subject, subject_ids, at)


def refused(person_id: int | None, subject: str, subject_id: int, *, at: datetime) -> None:
    """It will be known that this person asked for it and was refused."""
    _hand(person_id, How.REFUSED, subject, [subject_id], at)


def _hand(
    person_id: int | None, how: How, subject: str, subject_ids: Iterable[int], at: datetime
) -> None:
    same = {"at": at, "person_id": person_id, "subject": subject, "how": how.value}
    rows = [{**same, "subject_id": key} for key in dict.fromkeys(subject_ids)]
    if person_id is not None and rows:
        writer.hand(sa.insert(AccessTrace).values(rows))
