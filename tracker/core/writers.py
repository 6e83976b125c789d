"""Writers of one SQLite file wait in a line instead of knocking at its door.

SQLite lets a waiting writer sleep for longer and longer, so that whoever comes last may go first
and one in twenty waits for seconds. A lock of a file beside the database costs a few microseconds
and hands on at once. It is only a courtesy: SQLite's own lock is what keeps the data whole.
"""

import os
import threading
import time
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows: the threads of a process wait in line, processes knock
    fcntl = None  # type: ignore[assignment]

FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND  # made for our eyes only, as the database is
POLLED_EVERY = 0.001  # seconds; other processes write seldom


class WritersQueue:
    """The line before one database; its head may write."""

    def __init__(self, database: str | None) -> None:
        """Nobody waits yet.

        :param database: path of the file; None or "" for one in memory
        """
        self._threads = threading.Lock()
        self._path = Path(f"{database}.writers") if database else None
        self._file: IO[bytes] | None = None

    def enter(self, seconds: float) -> bool:
        """True at the head of the line; False when it did not come to that in so many seconds."""
        ends = time.monotonic() + seconds
        if not self._threads.acquire(timeout=seconds):
            return False
        try:
            while not self._before_other_processes():
                if time.monotonic() > ends:
                    self.leave()
                    return False
                time.sleep(POLLED_EVERY)
        except OSError:  # no file beside the database: the next one must not wait for us
            self.leave()
            raise
        return True

    def leave(self) -> None:
        """The next one may write; only for whoever `enter` said True to."""
        if self._file is not None:
            self._file.close()  # and with it the lock
            self._file = None
        self._threads.release()

    def _before_other_processes(self) -> bool:
        if fcntl is None or self._path is None:
            return True
        if self._file is None:
            self._file = os.fdopen(os.open(self._path, FLAGS, 0o600), "ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
