"""The parts of a workbook, read once to their end to see whether they are harmless.

Nothing of what they say is kept but sizes and places. Names, orders and places must be written
the one way Excel writes them, so that the library which reads the values sees the same.
"""

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self
from xml.parsers import expat

from flask_babel import gettext as _

from tracker.formats.tables import Limits, UnreadableFileError, damaged
from tracker.formats.tables_zip import Package

_TEXT_IN_ROW = 2_000  # characters, on the average of all rows
_LONGEST_TAG = 1_000_000  # bytes
_MOST_NAMES = 1_000  # of elements that are remembered
_TARGET = re.compile(r"(?:/?xl/)?(worksheets/[^/]+)")

Attributes = dict[str, str]


@dataclass
class Budget:
    """What may still be read of a workbook; `elements` become fewer with each part."""

    limits: Limits
    elements: int

    @classmethod
    def of(cls, limits: Limits) -> Self:
        """Enough for a full table of which no two cells are alike."""
        return cls(limits, 4 * limits.rows * limits.columns + 200_000)


class Part:
    """A part in UTF-8, without declarations of its own, with short tags, within the budget."""

    KNOWN: ClassVar[tuple[str, ...]] = ()

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.elements = 0
        self.names: dict[str, str] = {}
        self.parser = expat.ParserCreate("UTF-8")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = _check_encoding
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartElementHandler = self._root

    def read(self, package: Package, name: str) -> Self:
        """Read to the end; nothing happens when there is no such part.

        :raises UnreadableFileError: for a part that is broken, unusual or too large
        """
        fed = 0
        try:
            for chunk in package.chunks(name) if name in package else ():
                self.elements += chunk.count(b"<") - chunk.count(b"</")
                if self.elements > self.budget.elements:
                    raise too_large()
                self.parser.Parse(chunk, False)
                fed += len(chunk)
                if fed - self.parser.CurrentByteIndex > _LONGEST_TAG:
                    raise damaged()
            if fed:
                self.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise damaged() from error
        self.budget.elements -= self.elements
        return self

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def known(self, name: str) -> str:
        """The name without its prefix, if the library looks at it; else "".

        :raises UnreadableFileError: for such a name in another family than the part's own
        """
        known = self.names.get(name)
        if known is None:
            known = ""
            if name.rpartition(":")[2] in self.KNOWN:
                raise damaged()
            if len(self.names) < _MOST_NAMES:
                self.names[name] = known
        return known

    def _root(self, name: str, attributes: Attributes) -> None:
        prefix = name[: name.rfind(":") + 1]
        self.names = {prefix + known: known for known in self.KNOWN}
        self.parser.StartElementHandler = self.start
        self.start(name, attributes)


class Relations(Part):
    """Which part an id of the workbook means."""

    KNOWN = ("Relationship",)

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        if self.known(name):
            key = attributes.get("Id", "")
            if key in self.targets:
                raise damaged()
            self.targets[key] = attributes.get("Target", "")


class Sheets(Part):
    """The sheets of a workbook by name, with the ids of their parts; hidden ones are left out."""

    KNOWN = ("sheet",)

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._ids: dict[str, str] = {}
        self._seen: set[str] = set()

    def start(self, name: str, attributes: Attributes) -> None:
        if self.known(name):
            sheet = attributes.get("name", "")
            ids = [value for key, value in attributes.items() if key.endswith(":id")]
            if not sheet or sheet.lower() in self._seen or len(ids) != 1:
                raise damaged()
            self._seen.add(sheet.lower())
            if attributes.get("state", "visible") == "visible":
                self._ids[sheet] = ids[0]

    def paths(self, targets: dict[str, str]) -> dict[str, str]:
        """Name of a sheet → its part, in the order of the workbook; without pages of charts."""
        found = {name: targets.get(key, "") for name, key in self._ids.items()}
        matches = {name: _TARGET.fullmatch(target) for name, target in found.items()}
        return {name: f"xl/{match[1]}" for name, match in matches.items() if match}


class Texts(Part):
    """The texts that cells share: how long each is."""

    KNOWN = ("si", "sst")

    def __init__(self, budget: Budget) -> None:
        super().__init__(budget)
        self._lengths = array("L")
        self._length = -1  # outside a text
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters

    def start(self, name: str, attributes: Attributes) -> None:
        known = self.names.get(name)
        if known is None:
            known = self.known(name)
        if known == "si":
            if self._length >= 0:
                raise damaged()
            self._length = 0
        elif known:
            claimed = attributes.get("uniqueCount", "0")
            # The library makes room for so many before it reads the first.
            if not claimed.isdecimal() or int(claimed[:20]) > self.budget.elements:
                raise damaged()

    def _end(self, name: str) -> None:
        if self.names.get(name) == "si":
            self._lengths.append(self._length)
            self._length = -1

    def _characters(self, text: str) -> None:
        if self._length >= 0:
            self._length += len(text)

    def check(self, places: Iterable[int], own: int) -> None:
        """Return only when a sheet does not use more text than can be read.

        :param places: of the shared texts it uses, each as often as it does
        :param own: characters of its own texts

        :raises UnreadableFileError: also when a text is used that there is not
        """
        try:
            used = sum(map(self._lengths.__getitem__, places))
        except IndexError:
            raise damaged() from None
        if own + used > self.budget.limits.rows * _TEXT_IN_ROW:
            raise too_large()


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding or "utf-8").lower() not in {"utf-8", "us-ascii"}:
        raise damaged()


def _refuse_doctype(*_said: object) -> None:
    """Entities could open other files or grow without end; no workbook has any."""
    raise UnreadableFileError(
        _("The workbook holds declarations that Excel does not write; it is not read.")
    )


def too_large() -> UnreadableFileError:
    """The refusal of a sheet with too many cells or too much text."""
    return UnreadableFileError(
        _("The sheet holds more than can be read at once. Please divide it.")
    )
