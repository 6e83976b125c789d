"""Something that is read on every page and changes a few times a year, kept in the process."""

import weakref
from collections.abc import Callable
from time import monotonic
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from tracker.core.db import Model, db

T = TypeVar("T")
KEPT_SECONDS = 60  # so long another process may still show what was


class Memory(Generic[T]):
    """One value of one database, read again after a minute or once it was changed here.

    It is replaced as a whole, so that threads need no lock; nobody may change what comes back.
    """

    def __init__(self, read: Callable[[orm.Session], T]) -> None:
        """Nothing is read before it is asked for.

        :param read: gets a session of its own inside the transaction of the moment; rows it
            returns belong to no session afterwards
        """
        self._read = read
        self._kept: tuple[weakref.ref[sa.Engine], float, T] | None = None

    def recall(self) -> T:
        """The value, at most a minute old."""
        kept, engine = self._kept, db.engine
        if kept is not None and kept[0]() is engine and monotonic() - kept[1] < KEPT_SECONDS:
            return kept[2]
        began = monotonic()
        with orm.Session(
            bind=db.session.connection(), join_transaction_mode="rollback_only"
        ) as own:
            value = self._read(own)
            own.expunge_all()
        self._kept = (weakref.ref(engine), began, value)
        return value

    def forget(self, *_event: Any) -> None:
        """Whoever asks next reads it anew."""
        self._kept = None

    def forget_with(self, *models: type[Model]) -> None:
        """From now on a change to one of these tables through the session is seen at once here."""
        for model in models:
            for happened in ("after_insert", "after_update", "after_delete"):
                sa.event.listen(model, happened, self.forget)
