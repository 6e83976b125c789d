"""Pure: the agenda and the minutes of a meeting, as blocks, in the page's language."""

from collections.abc import Sequence

from flask_babel import get_locale
from flask_babel import gettext as _

from tracker.core.i18n import bracketed
from tracker.exchange.content import Act, Content, Item
from tracker.exchange.minutes_text import text_blocks
from tracker.formats.papers import (
    Block,
    Facts,
    Heading,
    OnePage,
    PageBreak,
    Paper,
    Paragraph,
    Table,
)
from tracker.settings.values.models import Key


def agenda_paper(content: Content) -> Paper:
    """The agenda with one sheet an item, each on a page of its own; draft until published."""
    found: list[Block] = [*order(content), *invited(content)]
    for item in content.items:
        found += [PageBreak(), *item_sheet(item, item_heading(item))]
    return paper(content, content.paper_name(Key.TITLE_ORDER), content.agenda_mark, found)


def minutes_paper(content: Content) -> Paper:
    """Who was there, and item by item what was said and what came of it; draft until approved."""
    found = [*minutes_head(content), *minutes(content)]
    return paper(content, content.paper_name(Key.TITLE_MINUTES), content.minutes_mark, found)


def paper(content: Content, subtitle: str, mark: str, blocks: Sequence[Block]) -> Paper:
    """A paper of the meeting that must not be handed on."""
    return Paper(
        title=content.title,
        subtitle=subtitle,
        footer_left=f"{content.title}{bracketed(content.day)}",
        confidential=True,
        blocks=blocks,
        mark=mark,
        language=str(get_locale()),
    )


def order(content: Content) -> list[Block]:
    """When, where and by whom, the items in order, and what changed since publication."""
    return [
        Facts(particulars(content)),
        Heading(1, _("Agenda items")),
        _items(content),
        Paragraph(content.timing),
        *_changes(content),
    ]


def particulars(content: Content) -> list[tuple[str, str]]:
    """When, where, what kind of meeting and whose."""
    return [
        (_("Date and time"), content.when),
        (_("Place"), content.place),
        (_("Kind of meeting"), content.kind),
        (_("Held by"), content.host),
    ]


def _items(content: Content) -> Table:
    """The items in order, under their headings where the meeting has some."""
    rows = {
        one.number: [one.number, one.title, one.presenter, one.begins, one.minutes]
        for one in content.items
    }
    found = list(rows.values())
    if content.sections:
        found = []
        for section in content.sections:
            if section.heading:
                found.append(["", section.heading, "", section.begins, section.minutes])
            found += [rows[number] for number in section.numbers if number in rows]
            found += [["", f"・{report}", "", "", ""] for report in section.reports]
    return Table(
        head=[_("No."), _("Agenda item"), _("Presented by"), _("Begins"), _("Minutes")],
        rows=found,
        numeric=frozenset({0, 4}),
        weights=(3, 15, 9, 6, 5),
    )


def _changes(content: Content) -> list[Block]:
    """What was added, moved or dropped since the agenda was published."""
    if not content.changes:
        return []
    rows = [[one.when, one.what, one.sentence] for one in content.changes]
    return [
        Heading(1, _("Changes since publication")),
        Table([_("When"), _("What changed"), _("Agenda item")], rows, weights=(4, 3, 9)),
    ]


def invited(content: Content) -> list[Block]:
    """Everybody invited; nothing where nobody is."""
    if not content.attendees:
        return []
    return [Heading(1, _("People invited")), _people(content, presence=False)]


def _people(content: Content, *, presence: bool) -> Table:
    """A row for each, in the order of inviting; without the names where they are not told."""
    head = [_("Organisation"), _("Profession")]
    rows = [[who.organisation, who.profession] for who in content.attendees]
    weights = [8, 5]
    if not content.names_hidden:
        head.append(_("Name"))
        weights.append(5)
        rows = [[*row, who.name] for row, who in zip(rows, content.attendees, strict=True)]
    if presence:
        head.append(_("Present or absent"))
        weights.append(3)
        rows = [[*row, who.presence] for row, who in zip(rows, content.attendees, strict=True)]
    return Table(head, rows, weights=weights)


def attendance_list(content: Content) -> list[Block]:
    """The list that lies at the door: everybody invited, with room to sign or be ticked."""
    if not content.attendees:
        return [Paragraph(_("Nobody is invited yet."))]
    return [_people(content, presence=True)]


def progress(content: Content) -> list[Block]:
    """What came of the last meeting's items, and how far the actions decided so far have come."""
    if not content.last_title and not content.progress:
        return [Paragraph(_("This is the first meeting of its kind: nothing was decided before."))]
    found: list[Block] = []
    if content.last_items:
        head = [_("Agenda item"), _("Outcome of the item"), _("Reason, and until when")]
        rows = [
            [one.title, one.outcome or _("Not noted yet"), one.said] for one in content.last_items
        ]
        found += [
            Heading(2, _("What was decided last time: %(title)s", title=content.last_title)),
            Table(head, rows, weights=(8, 6, 8)),
        ]
    found.append(Heading(2, _("How far the actions have come")))
    if not content.progress:
        return [*found, Paragraph(_("No action was decided yet."))]
    head = [_("Number"), _("Action"), _("Owner"), _("Due"), _("Stage"), _("Last entry")]
    rows = [
        [one.number, one.title, one.owner, one.due, one.stage, one.said] for one in content.progress
    ]
    return [*found, Table(head, rows, weights=(5, 9, 7, 6, 5, 11))]


def item_heading(item: Item) -> str:
    """The item's number and title."""
    return _("Item %(number)s: %(title)s", number=item.number, title=item.title)


def item_sheet(item: Item, heading: str) -> list[Block]:
    """What is to be decided, and the evidence for it, on one page."""
    rows = [
        (_("To be decided"), item.question),
        (_("Presented by"), item.presenter),
        (_("Time planned"), item.time),
        (_("Evidence number"), item.evidence),
    ]
    kept = [row for row in rows if row[1]]
    return [OnePage([Heading(1, heading), Facts(kept), *item.sheet])]


def minutes_head(content: Content) -> list[Block]:
    """When and where it was, and who was there."""
    return [
        Facts([*particulars(content), (_("Number present"), content.present)]),
        Heading(1, _("Attendance")),
        _people(content, presence=True),
        *_changes(content),
    ]


def minutes(content: Content) -> list[Block]:
    """The text as it was written; else item by item what was said and what came of it.

    What was added after approval comes last.
    """
    if not content.text:
        found = [block for item in content.items for block in _item_minutes(item)]
        return [*found, *_addenda(content)]
    found = [*text_blocks(content.text), Heading(1, _("What was decided"))]
    for item in content.items:
        found += [Heading(2, item_heading(item)), Facts(outcome(item))]
        found += [_actions(item.actions)] if item.actions else []
    return [*found, *_addenda(content)]


def _addenda(content: Content) -> list[Block]:
    found: list[Block] = []
    for number, (when, said) in enumerate(content.addenda, start=1):
        heading = _("Addendum %(number)s", number=number)
        found += [Heading(1, f"{heading}{bracketed(when)}"), Paragraph(said)]
    return found


def _item_minutes(item: Item) -> list[Block]:
    rows = [(_("To be decided"), item.question), (_("Evidence number"), item.evidence)]
    found: list[Block] = [
        Heading(1, item_heading(item)),
        Facts([row for row in rows if row[1]]),
        Heading(2, _("What was said")),
        Paragraph(item.discussion or _("Nothing was noted.")),
        Heading(2, _("What came of it")),
        Facts(outcome(item)),
    ]
    if item.actions:
        found += [Heading(2, _("Actions decided")), _actions(item.actions)]
    return found


def outcome(item: Item) -> list[tuple[str, str]]:
    """What came of the item, as terms; that nothing is noted, where nothing is."""
    if not item.outcome:
        return [(_("Outcome of the item"), _("Not noted yet"))]
    rows = [
        (_("Outcome of the item"), item.outcome),
        (_("Reason"), item.reason),
        (_("Why it is not taken up"), item.declined),
        (_("Who sees to it"), item.who),
        item.on,
        (_("Held until this happens"), item.event),
        (_("Recommended"), item.recommended),
        (_("Why not as recommended"), item.differs),
    ]
    return [row for row in rows if row[1]]


def _actions(actions: Sequence[Act]) -> Table:
    return Table(
        head=[_("Number"), _("Action"), _("Owner"), _("Due")],
        rows=[[one.number, one.title, one.owner, one.due] for one in actions],
        weights=(4, 14, 9, 6),
    )
