"""Cases found by their words: an index over pairs of signs, kept by the database itself.

A folded text has no blanks, so every two signs that stand side by side are a word of the index,
and the last sign alone. The code of the town is part of each: a search of one town never meets the
pairs of another. The index only proposes; `has` looks at the text itself.

SQLite: an FTS5 table without content, written by triggers, so that no path can forget it; what is
deleted leaves the file as well (secure-delete). PostgreSQL: a GIN index over the function
`case_pairs`, made by its migration.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core import text, triggers
from tracker.core.db import db

# Ways to say one thing, folded; a search asks for one of each.
Alternatives = Sequence[str]

WHOLE_TOWN = frozenset({Role.CENTRE, Role.OFFICER, Role.COORDINATOR})
_INDEX = sa.table("case_words", sa.column("rowid", sa.Integer), sa.column("case_words", sa.String))


def has(wanted: Iterable[Alternatives]) -> list[sa.ColumnElement[bool]]:
    """Conditions for cases that say each of these in one of its ways."""
    return [
        sa.or_(*(Case.search_text.contains(word, autoescape=True) for word in ways))
        for ways in wanted
    ]


def proposed(viewer: Viewer, wanted: Sequence[Alternatives]) -> list[sa.ColumnElement[bool]]:
    """Conditions that only narrow, by the index, where all the viewer may read lies in few towns.

    An office's own cases may lie anywhere and are few: they are read without the index.
    """
    towns = towns_of(viewer)
    if not towns or not wanted:
        return []
    if db.engine.dialect.name == "postgresql":
        return [_in_gin(sorted(towns), wanted)]
    match = " OR ".join(f"({_question(town, wanted)})" for town in sorted(towns))
    found = sa.select(_INDEX.c.rowid).where(_INDEX.c.case_words.op("MATCH")(match))
    return [Case.id.in_(found)]


def proposed_for_list(viewer: Viewer, query: str) -> list[sa.ColumnElement[bool]]:
    """The same for the list of cases, where a word may also be a number: numbers have dashes."""
    return proposed(viewer, [[word] for word in text.words(query) if "-" not in word])


def towns_of(viewer: Viewer) -> frozenset[int]:
    """Towns in which all the cases lie that the viewer may know of; empty: they may lie beyond."""
    if viewer.is_role(Role.AGENCY):
        return frozenset()
    return viewer.municipality_ids(*WHOLE_TOWN)


def pairs(word: str) -> list[str]:
    """Every two signs of the word that stand side by side; a single sign is its own."""
    return list(dict.fromkeys(word[i : i + 2] for i in range(max(1, len(word) - 1))))


def _question(town: int, wanted: Sequence[Alternatives]) -> str:
    """FTS5's way to ask. Signs are written in hexadecimal digits: none of them can be a command."""
    return " AND ".join(
        "(" + " OR ".join(f"({_all_pairs(town, word)})" for word in ways) + ")" for ways in wanted
    )


def _all_pairs(town: int, word: str) -> str:
    begins = "*" if len(word) == 1 else ""  # a pair that begins with the sign will do
    return " AND ".join(f'"{town}x{pair.encode().hex()}"{begins}' for pair in pairs(word))


def _in_gin(towns: Sequence[int], wanted: Sequence[Alternatives]) -> sa.ColumnElement[bool]:
    column = sa.func.case_pairs(Case.municipality_id, Case.search_text)

    def holds(town: int, word: str) -> sa.ColumnElement[bool]:
        texts = [f"{town}x{pair}" for pair in pairs(word)]
        return column.op("@>", is_comparison=True)(sa.cast(texts, postgresql.ARRAY(sa.Text)))

    return sa.or_(
        *(
            sa.and_(*(sa.or_(*(holds(town, word) for word in ways)) for ways in wanted))
            for town in towns
        )
    )


@dataclass(frozen=True)
class WordTriggers:
    """SQLite: what a case says is in the index, from its first to its last moment."""

    @property
    def needs(self) -> Mapping[str, frozenset[str]]:
        """PostgreSQL has no such table, and needs no trigger."""
        return {"cases": frozenset({"search_text"}), "case_words": frozenset()}

    def statements(self, dialect: str) -> list[str]:
        """SQL that makes the triggers, or makes them anew."""
        enter = (
            "INSERT INTO case_words (rowid, pairs)"  # noqa: S608 - our own names
            f" VALUES (NEW.id, {_pairs_of('NEW')});"
        )
        leave = (
            "INSERT INTO case_words (case_words, rowid, pairs)"  # noqa: S608 - our own names
            f" VALUES ('delete', OLD.id, {_pairs_of('OLD')});"
        )
        watched = ("search_text", "municipality_id")
        differs = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in watched)
        made = {
            "cases_words_insert": f"AFTER INSERT ON cases BEGIN {enter} END",
            "cases_words_update": (
                f"AFTER UPDATE OF {', '.join(watched)} ON cases WHEN {differs}"
                f" BEGIN {leave} {enter} END"
            ),
            "cases_words_delete": f"AFTER DELETE ON cases BEGIN {leave} END",
        }
        return [
            statement
            for name, body in made.items()
            for statement in (f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {body}")
        ]


def _pairs_of(row: str) -> str:
    """The pairs of a row's text with blanks between; an array of so many zeros counts its signs."""
    zeros = f"replace(hex(zeroblob(length({row}.search_text) - 1)), '00', ',0')"
    return (
        f"(SELECT group_concat({row}.municipality_id || 'x'"  # noqa: S608 - our own names
        f" || hex(substr({row}.search_text, 1 + key, 2)), ' ')"
        f" FROM json_each('[0' || {zeros} || ']'))"
    )


triggers.stand(WordTriggers())


def forget_all(connection: sa.Connection) -> None:
    """The index is empty and not kept any more, so that every case can be deleted at once.

    To be followed by `create_triggers`. PostgreSQL forgets by itself.
    """
    if connection.dialect.name == "sqlite":
        for verb in ("insert", "update", "delete"):
            connection.execute(sa.text(f"DROP TRIGGER IF EXISTS cases_words_{verb}"))
        connection.execute(sa.text("INSERT INTO case_words (case_words) VALUES ('delete-all')"))
