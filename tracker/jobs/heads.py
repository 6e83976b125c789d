"""Where the chains of the audit log end, noted in a file outside the database.

Once a minute for chains that went on, once a day for all; best on another disk (AUDIT_HEADS_FILE).
A line is: when, chain, length, seal. Lines are only ever added.
"""

import logging
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask, current_app

from tracker.core import audit
from tracker.core.audit import Head
from tracker.core.db import db

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=1)
RESTORED = (
    "restored"  # stands for the seal: what was noted beyond this length is not there any more
)


def note_daily(at: datetime) -> None:
    """The log itself names all heads, and there is a line for each chain."""
    audit.note_heads(at=at)
    db.session.commit()  # a head that is noted must have been stored
    heads = audit.heads()
    _add(at, heads)
    _remember(at, heads)


def note_moved(at: datetime) -> int:
    """There is a line for each chain that went on in the last minute; how many lines were added.

    A disk that is not there is logged and tried again: the daily note says it to whoever looks.
    """
    last, known = current_app.extensions.get("audit_heads", (None, frozenset()))
    if last is not None and timedelta(0) <= at - last < EVERY:
        return 0
    heads = audit.heads()
    db.session.rollback()
    if last is None:  # this process has just begun
        known = frozenset(noted_heads())
    moved = [head for head in heads if head not in known and head.position]
    try:
        _add(at, moved)
    except OSError:
        log.exception("heads.failed")
        moved, heads = [], list(known)
    _remember(at, heads)
    return len(moved)


def note_restored(at: datetime, held: list[Head] | None = None) -> None:
    """A backup was put back: what was noted of later entries does not count any more.

    :param held: the heads that were in the backup; None: nothing was written into the log since
    """
    heads = audit.heads() if held is None else held
    noted = {head.chain for head in noted_heads()}
    there = {head.chain for head in heads}
    gone = [Head(chain, 0, RESTORED) for chain in sorted(noted - there)]
    _add(at, [*gone, *(head._replace(seal=RESTORED) for head in heads), *heads])
    _remember(at, heads)


def noted_heads() -> list[Head]:
    """Every noted head, in the order of the file; empty before the first note."""
    path = _path()
    if not path.exists():
        return []
    noted: dict[int, dict[int, str]] = {}
    for line in path.read_text("ascii").splitlines():
        words = line.split()
        if len(words) == 4:  # the last line may have been cut off by a full disk
            chain, position, seal = int(words[1]), int(words[2]), words[3]
            of_chain = noted.setdefault(chain, {})
            if seal != RESTORED:
                of_chain.setdefault(position, seal)
            else:
                noted[chain] = {one: kept for one, kept in of_chain.items() if one < position}
    return [Head(chain, *head) for chain, heads in noted.items() for head in heads.items()]


def _add(at: datetime, heads: Iterable[Head]) -> None:
    """The lines stand at the end of the file, on the disk itself."""
    lines = [f"{at.isoformat()} {head.chain} {head.position} {head.seal}\n" for head in heads]
    if not lines:
        return
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    file = os.open(_path(), flags, 0o600)
    try:
        os.write(file, "".join(lines).encode("ascii"))
        os.fsync(file)
    finally:
        os.close(file)


def _remember(at: datetime, heads: Iterable[Head]) -> None:
    app: Flask = current_app
    app.extensions["audit_heads"] = (at, frozenset(heads))


def _path() -> Path:
    return Path(current_app.config["AUDIT_HEADS_FILE"])
