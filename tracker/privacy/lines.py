"""Lines of the log with what the rows in them are called."""

from collections.abc import Iterable, Mapping
from typing import Any

from tracker.privacy import facts, naming
from tracker.privacy.naming import Name, Place

AT_ONCE = 1000  # rows whose names are read together


def names_on(rows: Iterable[Any]) -> Mapping[Place, Name]:
    """Names of everything that these lines of the log, or of openings, speak of; one statement."""
    places: set[Place] = set()
    for row in rows:
        places.add((row.subject, row.subject_id))
        places |= set(facts.places(row.subject, getattr(row, "facts", None) or {}))
    return naming.names(places)


def all_names(rows: list[Any]) -> Mapping[Place, Name]:
    """The same for a file, some rows at a time."""
    found: dict[Place, Name] = {}
    for start in range(0, len(rows), AT_ONCE):
        found |= names_on(rows[start : start + AT_ONCE])
    return found
