"""Planting a word in every free text of the towns, and walking every address to see who reads."""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from tests.client import Client
from tests.house import crawl
from tracker.core.db import FreeText, db
from tracker.core.text import fold

WORD = re.compile(r"QZ[A-Y][0-9]{5}X")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXY"  # of places; Z stands for none
HALF = 3  # letters: QZ and the letter of the place, the same in all words of a place
# What every answer has for itself alone.
ONCE = re.compile(
    r"<code>[0-9a-f]{16}</code>|name=\"(csrf_token|request_key)\"[^>]+value=\"[^\"]+\""
)
PACKED = {crawl.WORD, crawl.EXCEL}
AT_MOST = 4  # rows of a kind: of the own office, a neighbour's, the other centre's, the other town
# Names in addresses that are not the table's own.
TABLE_OF = {
    "answer_id": "resource_answers",
    "batch_id": "import_batches",
    "item_id": "agenda_items",
    "letter_id": "issue_letters",
    "link_id": "emergency_links",
    "note_id": "type_notes",
    "option_id": "issue_options",
    "person_id": "people",
    "rule_id": "learnt_rules",
    "series_id": "meeting_series",
    "template_id": "answer_templates",
    "town_id": "municipalities",
    "value_id": "town_values",
    "word_template_id": "word_templates",
    "view_id": "saved_views",
    "vignette_id": "issue_vignettes",
}
# What an office is shown of a town across the border that it serves.
ACROSS = {"announcements", "emergency_links", "resources", "type_notes"}
# Whose row it is, beside the row it belongs to: never where the row lies.
PEOPLE = {"people", "organisations"}


@dataclass(frozen=True)
class Place:
    """Where a row lies: its town, and for what belongs to a case its area and its office."""

    town: int | None = None
    area: int | None = None
    office: int | None = None  # of the case
    case: int | None = None


@dataclass(frozen=True)
class Planted:
    """A free text of a row."""

    table: str
    column: str
    place: Place


@dataclass
class Ground:
    """Every row with its place, and what was planted, by word."""

    rows: dict[str, dict[int, Mapping[str, Any]]] = field(default_factory=dict)
    words: dict[str, Planted] = field(default_factory=dict)

    def place(self, table: str, key: int) -> Place:
        """Where the row lies, by its own columns, else by those of the row it belongs to."""
        row = self.rows.get(table, {}).get(key, {})
        if table == "municipalities":
            return Place(key)
        if table == "cases":
            return Place(row["municipality_id"], row["area_id"], row["organisation_id"], key)
        of_case = row.get("case_id")
        if of_case:
            return self.place("cases", of_case)
        if row.get("municipality_id"):
            return Place(row["municipality_id"], row.get("area_id"))
        for column, parent in self._parents(table):
            if row.get(column):
                found = self.place(parent, row[column])
                if found.town:
                    return found
        return Place()

    @staticmethod
    def _parents(table: str) -> Iterator[tuple[str, str]]:
        """Columns that name what the row belongs to; people and bodies last."""
        keys = [
            (key.parent.name, key.column.table.name)
            for key in db.metadata.tables[table].foreign_keys
            if key.column.table.name not in {table, "people"}
        ]
        yield from sorted(keys, key=lambda pair: (pair[1] in PEOPLE, pair))

    def ids(self, table: str) -> list[int]:
        """A row of each place."""
        found: dict[Place, int] = {}
        keys = self.rows.get(table, {}).keys()
        if table == "municipalities":  # the country has too many
            keys = {row["municipality_id"] for row in self.rows["organisations"].values()}
        for key in sorted(keys):
            place = self.place(table, key)
            found.setdefault(Place(place.town, place.area, place.office), key)
        return list(found.values())[:AT_MOST]


def plant() -> Ground:
    """A word of its own stands in every free text that is not NULL, and in what is sought through
    for it; committed. The words of one place begin alike, and no others do.
    """
    ground = Ground()
    for table in db.metadata.sorted_tables:
        if "id" in table.c:
            rows = db.session.execute(sa.select(table)).mappings()
            ground.rows[table.name] = {row["id"]: row for row in rows}
    number, begun = itertools.count(), {}
    for table in db.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, FreeText)]
        for key, row in ground.rows.get(table.name, {}).items() if columns else ():
            place = ground.place(table.name, key)
            if place.town is None:
                continue
            start = begun.setdefault(_begins(table.name, place), f"QZ{LETTERS[len(begun)]}")
            filled = [c.name for c in columns if row[c.name] is not None]
            said = {name: f"{start}{next(number):05}X" for name in filled}
            ground.words |= {w: Planted(table.name, name, place) for name, w in said.items()}
            if said and "search_text" in table.c:
                said["search_text"] = fold(" ".join([row["search_text"], *said.values()]))
            if said:
                db.session.execute(sa.update(table).where(table.c.id == key).values(said))
    db.session.commit()
    return ground


def _begins(table: str, place: Place) -> tuple[Place, bool]:
    """Whose words begin alike: what the same people may read."""
    return Place(place.town, place.area, place.office), table in ACROSS


def addresses(
    app: Flask, ground: Ground, examples: Mapping[str, object], method: str = "GET"
) -> list[tuple[str, str, Sequence[Place]]]:
    """Endpoint, address, where the rows lie that it names: every guarded address, with rows of
    each place. What opens to a secret in its address opens to whoever was sent it."""
    found = []
    with app.test_request_context():
        for rule in crawl.rules(app, method):
            if hasattr(app.view_functions[rule.endpoint], "public"):
                continue
            made_up = dict.fromkeys(rule.arguments, crawl.MISSING) | crawl.MADE_UP
            names = sorted(rule.arguments)
            kinds = [TABLE_OF.get(name, f"{name.removesuffix('_id')}s") for name in names]
            values = [
                ground.ids(kind) or [examples.get(name, made_up[name])]
                for name, kind in zip(names, kinds, strict=True)
            ]
            for chosen in itertools.product(*values):
                rows = dict(zip(names, chosen, strict=True))
                url = app.url_for(rule.endpoint, **rows, **crawl.QUERIES.get(rule.endpoint, {}))
                places = [
                    ground.place(kind, key)
                    for kind, key in zip(kinds, chosen, strict=True)
                    if isinstance(key, int) and kind in ground.rows
                ]
                found.append((rule.endpoint, url, places))
    return found


def missing(app: Flask, endpoint: str) -> str:
    """The address with rows that are not there."""
    with app.test_request_context():
        rule = next(app.url_map.iter_rules(endpoint))
        made_up = dict.fromkeys(rule.arguments, crawl.MISSING) | crawl.MADE_UP
        rows = {name: made_up[name] for name in rule.arguments}
        return app.url_for(endpoint, **rows, **crawl.QUERIES.get(endpoint, {}))


def said(answer: TestResponse, *keys: object) -> tuple[int, str]:
    """Status and page, without what differs each time: request number, token, address, and these
    keys of the query."""
    text = answer.get_data(as_text=True).replace(answer.request.path, "")
    for key in keys:
        text = text.replace(str(key), "")
    return answer.status_code, ONCE.sub("", text)


def words_in(answer: TestResponse) -> set[str]:
    """The planted words of an answer, inside packed files too; a PDF holds its text unreadably."""
    kind = (answer.mimetype or "").partition(";")[0]
    if kind in PACKED:
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            parts = [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        return set(WORD.findall("".join(parts)))
    return set() if kind == crawl.PDF else set(WORD.findall(answer.text))


@dataclass(frozen=True)
class Seen:
    """What a person was shown."""

    words: Mapping[str, str]  # word → the first address that showed it
    opened: frozenset[str]


def walk(browser: Client, asked: Sequence[tuple[str, str, Sequence[Place]]]) -> Seen:
    """Open each of these addresses."""
    words: dict[str, str] = {}
    opened = set()
    for _endpoint, url, _places in asked:
        answer = browser.get(url)
        if answer.status_code == 200:
            opened.add(url)
            for word in words_in(answer):
                words.setdefault(word, url)
    return Seen(words, frozenset(opened))
