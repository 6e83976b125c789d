"""Pure: the agenda and the minutes of a meeting, as blocks, in the page's language."""

from collections.abc import Mapping, Sequence

from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.core.i18n import (
    bracketed,
    date_long,
    date_short,
    date_weekday,
    instant,
    named,
    number,
    time_of_day,
)
from tracker.exchange import sheets
from tracker.exchange.queries import Decided
from tracker.exchange.sheets import Codes, Sheet
from tracker.formats.papers import Block, Facts, Heading, PageBreak, Paper, Paragraph, Table
from tracker.meetings.models import AgendaItem, Attendee, MeetingStatus, Outcome
from tracker.meetings.policy import APPROVED
from tracker.meetings.queries import ItemView, MeetingPage

# What an outcome's day is, where it has one.
DAYS: dict[Outcome, LazyString] = {
    Outcome.ASK: _l("To be brought by"),
    Outcome.HOLD: _l("Held until"),
    Outcome.AGAIN: _l("Looked at again on"),
}


def agenda_paper(page: MeetingPage, of_items: Mapping[int, Sheet], codes: Codes) -> Paper:
    """The agenda with one sheet an item, each on a page of its own; draft until published.

    :param of_items: sheet by item: the frozen one, or what it would be while there is none
    """
    found: list[Block] = [
        Facts(_particulars(page)),
        Heading(1, _("Agenda items")),
        _items(page.items),
        Paragraph(page.timing.words),
        *_changes(page),
        *_invited(page.attendees),
    ]
    for view in page.items:
        found.append(PageBreak())
        found += _item_sheet(view, of_items.get(view.item.id), codes)
    return _paper(page, _("Order of proceedings"), _agenda_mark(page), found)


def minutes_paper(page: MeetingPage, actions: Mapping[int, Sequence[Decided]]) -> Paper:
    """Who was there, and item by item what was said and what came of it; draft until approved.

    :param actions: what was decided to be done, by item
    """
    found: list[Block] = [
        Facts([*_particulars(page), _present(page.attendees)]),
        Heading(1, _("Attendance")),
        _attendance(page.attendees),
        *_changes(page),
    ]
    for view in page.items:
        found += _item_minutes(view, actions.get(view.item.id, ()))
    mark = "" if page.meeting.status in APPROVED else _("Draft paper")
    return _paper(page, _("Minutes of the meeting"), mark, found)


def _paper(page: MeetingPage, subtitle: str, mark: str, blocks: Sequence[Block]) -> Paper:
    meeting = page.meeting
    return Paper(
        title=meeting.title,
        subtitle=subtitle,
        footer_left=f"{meeting.title}{bracketed(date_long(meeting.held_on))}",
        confidential=True,
        blocks=blocks,
        mark=mark,
        language=str(get_locale()),
    )


def _agenda_mark(page: MeetingPage) -> str:
    match page.meeting.status:
        case MeetingStatus.PLANNED:
            return _("Draft paper")
        case MeetingStatus.CANCELLED:
            return str(MeetingStatus.CANCELLED.label)
    return ""


def _particulars(page: MeetingPage) -> list[tuple[str, str]]:
    meeting = page.meeting
    when = _(
        "%(day)s, %(start)s to %(end)s",
        day=date_weekday(meeting.held_on),
        start=time_of_day(meeting.starts_at),
        end=time_of_day(page.ends),
    )
    kind = str(meeting.level.label) + (bracketed(named(meeting.area)) if meeting.area else "")
    return [
        (_("Date and time"), when),
        (_("Place"), meeting.place),
        (_("Kind of meeting"), kind),
        (_("Held by"), named(meeting.host)),
    ]


def _items(views: Sequence[ItemView]) -> Table:
    return Table(
        head=[_("No."), _("Agenda item"), _("Presented by"), _("Begins"), _("Minutes")],
        rows=[
            [
                number(view.number),
                _title(view.item),
                view.item.presenter,
                time_of_day(view.begins),
                number(view.item.minutes_planned),
            ]
            for view in views
        ],
        numeric=frozenset({0, 4}),
        weights=(3, 15, 9, 6, 5),
    )


def _title(item: AgendaItem) -> str:
    added = bracketed(_("added after publication")) if item.added_after_publication else ""
    return f"{item.title}{added}"


def _changes(page: MeetingPage) -> list[Block]:
    """What was added, moved or dropped since the agenda was published."""
    if not page.changes:
        return []
    rows = [[instant(entry.when), entry.what, entry.sentence] for entry in page.changes]
    return [
        Heading(1, _("Changes since publication")),
        Table([_("When"), _("What changed"), _("Agenda item")], rows, weights=(4, 3, 9)),
    ]


def _invited(attendees: Sequence[Attendee]) -> list[Block]:
    if not attendees:
        return []
    rows = [[who.organisation, who.profession, who.name] for who in attendees]
    head = [_("Organisation"), _("Profession"), _("Name")]
    return [Heading(1, _("People invited")), Table(head, rows, weights=(8, 5, 5))]


def _item_sheet(view: ItemView, sheet: Sheet | None, codes: Codes) -> list[Block]:
    item = view.item
    rows = [
        (_("To be decided"), item.question),
        (_("Presented by"), item.presenter),
        (_("Time planned"), _time(view)),
        *_evidence_id(item),
    ]
    return [_item_heading(view), Facts(rows), *(sheets.blocks(sheet, codes) if sheet else ())]


def _item_heading(view: ItemView) -> Heading:
    words = _("Item %(number)s: %(title)s", number=view.number, title=_title(view.item))
    return Heading(1, words)


def _time(view: ItemView) -> str:
    return _(
        "%(minutes)s minutes from %(start)s",
        minutes=number(view.item.minutes_planned),
        start=time_of_day(view.begins),
    )


def _evidence_id(item: AgendaItem) -> list[tuple[str, str]]:
    """The number that says which figures these are, and since when they stand."""
    if item.evidence_id is None:
        return [(_("Evidence number"), _("Not frozen yet: the figures may still change."))]
    when = _("%(id)s, as of %(when)s", id=item.evidence_id, when=instant(item.frozen_at))
    return [(_("Evidence number"), when)]


def _present(attendees: Sequence[Attendee]) -> tuple[str, str]:
    there = sum(who.present is True for who in attendees)
    words = _("%(there)s of %(all)s invited", there=number(there), all=number(len(attendees)))
    return _("Number present"), words


def _attendance(attendees: Sequence[Attendee]) -> Table:
    words = {True: _("present"), False: _("absent"), None: _("not noted")}
    return Table(
        head=[_("Organisation"), _("Profession"), _("Name"), _("Present or absent")],
        rows=[
            [who.organisation, who.profession, who.name, words[who.present]] for who in attendees
        ],
        weights=(8, 5, 5, 3),
    )


def _item_minutes(view: ItemView, actions: Sequence[Decided]) -> list[Block]:
    item = view.item
    found: list[Block] = [
        _item_heading(view),
        Facts([(_("To be decided"), item.question), *_evidence_id(item)]),
        Heading(2, _("What was said")),
        Paragraph(item.discussion or _("Nothing was noted.")),
        Heading(2, _("What came of it")),
        Facts(_outcome(item)),
    ]
    if actions:
        found += [Heading(2, _("Actions decided")), _actions(actions)]
    return found


def _outcome(item: AgendaItem) -> list[tuple[str, str]]:
    if item.outcome is None:
        return [(_("Outcome of the item"), _("Not noted yet"))]
    rows = [
        (_("Outcome of the item"), str(item.outcome.label)),
        (_("Reason"), item.outcome_reason),
        (_("Who sees to it"), item.outcome_who),
    ]
    if item.outcome in DAYS:
        rows.append((str(DAYS[item.outcome]), date_long(item.outcome_on)))
    return [row for row in rows if row[1]]


def _actions(actions: Sequence[Decided]) -> Table:
    return Table(
        head=[_("Number"), _("Action"), _("Owner"), _("Due")],
        rows=[[a.number, a.title, a.owner, date_short(a.due_on)] for a in actions],
        weights=(4, 14, 9, 6),
    )
