"""The clock of the tests: it stands still until it is moved."""

from datetime import datetime, timedelta

from tests import databases


class Clock:
    """Stands still at Tuesday 24 November 2026, 10:00 in Japan, until it is moved."""

    def __init__(self) -> None:
        self._now = databases.NOW

    def now(self) -> datetime:
        """This instant, in UTC as the real one."""
        return self._now

    def move(self, **how_far: float) -> datetime:
        """Let time pass: `move(minutes=16)`, `move(days=-1)`."""
        self._now += timedelta(**how_far)
        return self.now()
