"""Pure: the folder of a meeting: which papers lie in it, their numbers, all of them as one."""

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.exchange import documents
from tracker.exchange.content import Content
from tracker.formats.papers import Block, Heading, PageBreak, Paper, Paragraph, Table
from tracker.settings.values.models import Key


class Part(enum.StrEnum):
    """A paper of the folder, in the order they lie in it."""

    ORDER = "order"
    LIST = "list"
    ATTENDEES = "attendees"
    PROGRESS = "progress"
    SHEETS = "sheets"
    MINUTES = "minutes"

    @property
    def label(self) -> LazyString:
        """Its name."""
        return PART_LABELS[self]


PART_LABELS: dict[Part, LazyString] = {
    Part.ORDER: _l("Order of proceedings"),
    Part.LIST: _l("List of papers"),
    Part.ATTENDEES: _l("List of attendees"),
    Part.PROGRESS: _l("Progress of the last decisions"),
    Part.SHEETS: _l("Evidence sheets"),
    Part.MINUTES: _l("Minutes of the meeting"),
}
_KEYS = {part: Key(f"title_{part.value}") for part in Part}


def name_of(content: Content, part: Part) -> str:
    """What the town calls this paper."""
    return content.paper_name(_KEYS[part])


# What is on top has no number of its own.
UNNUMBERED = frozenset({Part.ORDER, Part.LIST})


def parts_of(content: Content) -> list[Part]:
    """The papers there are, in order."""
    return [part for part in Part if part is not Part.MINUTES or content.has_minutes]


@dataclass(frozen=True)
class Listed:
    """A paper as the list names it: 資料1."""

    part: Part
    number: str
    name: str


def numbered(content: Content) -> list[Listed]:
    """Every numbered paper in order, a sheet for each item; the numbers do not depend on choice."""
    found: list[Listed] = []
    parts = [part for part in parts_of(content) if part not in UNNUMBERED]
    for place, part in enumerate(parts, start=1):
        if part is not Part.SHEETS:
            name = name_of(content, part)
            found.append(Listed(part, _("Paper %(number)s", number=str(place)), name))
            continue
        found += [
            Listed(
                part,
                _("Paper %(number)s", number=f"{place}-{item.number}"),
                documents.item_heading(item),
            )
            for item in content.items
        ]
    return found


def folder_paper(content: Content, wanted: Collection[Part]) -> Paper:
    """The wanted papers as one, each beginning on a new page; a part there is not is left out."""
    parts = [part for part in parts_of(content) if part in wanted]
    found: list[Block] = []
    for part in parts:
        blocks = _blocks(content, part)
        found += [PageBreak(), *blocks] if found else blocks
    one = len(parts) == 1
    subtitle = name_of(content, parts[0]) if one else content.paper_name(Key.TITLE_FOLDER)
    return documents.paper(content, subtitle, _mark(content, parts), found)


def _mark(content: Content, parts: Sequence[Part]) -> str:
    """The agenda's word; of minutes alone theirs."""
    return content.minutes_mark if parts == [Part.MINUTES] else content.agenda_mark


def _blocks(content: Content, part: Part) -> list[Block]:
    numbers = [listed for listed in numbered(content) if listed.part is part]
    match part:
        case Part.ORDER:
            return [Heading(1, name_of(content, part)), *_deeper(documents.order(content))]
        case Part.LIST:
            return [Heading(1, name_of(content, part)), *_list(content)]
        case Part.SHEETS:
            return _sheets(content, numbers)
    heading = Heading(1, _headed(numbers[0]))
    match part:
        case Part.ATTENDEES:
            return [heading, *documents.attendance_list(content)]
        case Part.PROGRESS:
            return [heading, *documents.progress(content)]
    draft = [Paragraph(content.minutes_mark)] if content.minutes_mark else []
    head = documents.minutes_head(content)
    return [heading, *draft, *_deeper([*head, *documents.minutes(content)])]


def _headed(listed: Listed) -> str:
    return f"{listed.number}　{listed.name}"


def _sheets(content: Content, numbers: Sequence[Listed]) -> list[Block]:
    found: list[Block] = []
    for item, listed in zip(content.items, numbers, strict=True):
        sheet = documents.item_sheet(item, _headed(listed))
        found += [PageBreak(), *sheet] if found else sheet
    empty = Paragraph(_("No item is on the agenda."))
    return found or [Heading(1, name_of(content, Part.SHEETS)), empty]


def _list(content: Content) -> list[Block]:
    rows = [[listed.number, listed.name] for listed in numbered(content)]
    return [Table([_("Number"), _("Paper")], rows, weights=(4, 16))]


def _deeper(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks under a heading of their own."""
    return [
        replace(block, level=min(block.level + 1, 3)) if isinstance(block, Heading) else block
        for block in blocks
    ]
