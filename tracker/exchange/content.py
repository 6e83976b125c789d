"""Pure: what stands in a meeting's folder, in words of the page's language.

One reading for everything that is made of it: our own papers, a town's own template, the version
for the public and the look for personal details.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from tracker.core import wareki
from tracker.core.i18n import (
    bracketed,
    date_long,
    date_short,
    date_weekday,
    in_english,
    instant,
    named,
    number,
    sentences,
    time_of_day,
)
from tracker.exchange import sheets
from tracker.exchange.earlier import Driven, LastTime
from tracker.exchange.queries import Decided
from tracker.exchange.sheets import Sheet
from tracker.formats.papers import Block
from tracker.meetings import programme
from tracker.meetings.models import AgendaItem, Attendee, ItemKind, MeetingStatus, Outcome
from tracker.meetings.policy import APPROVED
from tracker.meetings.queries import ItemView, MeetingPage
from tracker.meetings.shown import Codes
from tracker.settings.values import queries as values
from tracker.settings.values.definitions import DEFINITIONS
from tracker.settings.values.models import Key

# What an outcome's day is, where it has one.
DAYS: dict[Outcome, LazyString] = {
    Outcome.ADOPT: _l("To be brought by"),
    Outcome.ASK: _l("To be brought by"),
    Outcome.HOLD: _l("Held until"),
    Outcome.AGAIN: _l("Looked at again on"),
}
NOT_HELD = frozenset({MeetingStatus.PLANNED, MeetingStatus.PUBLISHED, MeetingStatus.CANCELLED})


@dataclass(frozen=True)
class Seat:
    """Somebody invited."""

    organisation: str
    profession: str
    name: str
    presence: str


@dataclass(frozen=True)
class Earlier:
    """What came of an item of the last meeting."""

    title: str
    outcome: str
    said: str
    is_case: bool = False


@dataclass(frozen=True)
class Progress:
    """How far an action has come that an earlier meeting decided."""

    number: str
    title: str
    owner: str
    due: str
    stage: str
    said: str


@dataclass(frozen=True)
class Act:
    """An action this meeting decided."""

    number: str
    title: str
    owner: str
    due: str


@dataclass(frozen=True)
class Item:
    """A point of the agenda, from the question to what came of it."""

    number: str
    title: str  # with a remark when it was added after publication
    question: str
    presenter: str
    begins: str
    minutes: str
    time: str  # the two before this one as a sentence
    evidence: str  # its number, since when it stands; or that nothing is frozen yet
    sheet: Sequence[Block]
    is_case: bool
    discussion: str = ""
    outcome: str = ""  # "" while none is noted
    reason: str = ""
    who: str = ""
    on: tuple[str, str] = ("", "")  # what the day is, and the day
    event: str = ""  # held until it happens
    declined: str = ""  # why it is not taken up
    recommended: str = ""  # what the centre recommended
    differs: str = ""  # why not as recommended
    actions: Sequence[Act] = ()


@dataclass(frozen=True)
class Change:
    """Something of the agenda that changed after publication."""

    when: str
    what: str
    sentence: str


@dataclass(frozen=True)
class Section:
    """A heading of the agenda: when it begins, numbers of the items under it, what is reported."""

    heading: str
    begins: str
    minutes: str
    numbers: Sequence[str]
    reports: Sequence[str]


@dataclass(frozen=True)
class Content:
    """A meeting's folder in words; `has_minutes`: they are there and the reader may read them."""

    title: str
    town: str
    kind: str
    host: str
    place: str
    day: str
    day_weekday: str
    starts: str
    ends: str
    when: str
    fiscal_year: str
    agenda_mark: str  # stands at the head of each page: draft, cancelled
    minutes_mark: str
    timing: str
    present: str
    has_minutes: bool
    attendees: Sequence[Seat]
    items: Sequence[Item]
    changes: Sequence[Change] = ()
    last_title: str = ""  # of the meeting before this one; "" when there is none
    last_items: Sequence[Earlier] = ()
    progress: Sequence[Progress] = ()
    sections: Sequence[Section] = ()  # none where the meeting has no headings
    text: str = ""  # of the minutes, in light Markdown; "" where there is none, or it is not told
    addenda: Sequence[tuple[str, str]] = ()  # when, and what
    names_hidden: bool = field(default=False)  # for the public nobody is named
    names: Mapping[Key, str] = field(default_factory=dict)  # of papers, where the town has its own

    def paper_name(self, key: Key) -> str:
        """What the town calls this paper."""
        return self.names.get(key) or str(DEFINITIONS[key].default_value)


@dataclass(frozen=True)
class Read:
    """What was read of a meeting beside its page.

    :param of_items: sheet by item: the frozen one, or what it would be while there is none
    :param actions: what was decided to be done, by item
    """

    of_items: Mapping[int, Sheet]
    codes: Codes
    actions: Mapping[int, Sequence[Decided]]
    last: LastTime
    has_minutes: bool
    text: str = ""
    addenda: Sequence[tuple[datetime, str]] = ()
    names: Mapping[Key, str] = field(default_factory=dict)

    @property
    def area_word(self) -> str:
        """What the town calls its areas; "" where no names were read."""
        return values.area_word(self.names) if self.names else ""


def content_of(page: MeetingPage, read: Read) -> Content:
    """The folder as the viewer of the page may read it; no minutes: nothing of them is said."""
    meeting = page.meeting
    held = meeting.held_on
    starts, ends = time_of_day(meeting.starts_at), time_of_day(page.ends)
    return Content(
        title=meeting.title,
        town=named(meeting.municipality),
        kind=str(meeting.level.label) + (bracketed(named(meeting.area)) if meeting.area else ""),
        host=named(meeting.host),
        place=meeting.place,
        day=date_long(held),
        day_weekday=date_weekday(held),
        starts=starts,
        ends=ends,
        when=_("%(day)s, %(start)s to %(end)s", day=date_weekday(held), start=starts, end=ends),
        fiscal_year=fiscal_year_of(wareki.fiscal_year(held)),
        agenda_mark=_agenda_mark(meeting.status),
        minutes_mark="" if meeting.status in APPROVED else _("Draft paper"),
        timing=page.timing.words,
        present=_present(page.attendees),
        has_minutes=read.has_minutes,
        attendees=[_seat(who) for who in page.attendees],
        items=[_item(view, read) for view in page.items],
        sections=_sections(page),
        text=read.text if read.has_minutes else "",
        addenda=[(instant(at), said) for at, said in read.addenda if read.has_minutes],
        names=read.names,
        changes=[Change(instant(one.when), one.what, one.sentence) for one in page.changes],
        last_title=read.last.title,
        last_items=[
            Earlier(
                one.title,
                str(one.outcome.label) if one.outcome else "",
                _earlier_said(one),
                is_case=one.kind is ItemKind.CASE,
            )
            for one in read.last.items
        ],
        progress=[_progress(one) for one in read.last.actions],
    )


def _progress(one: Driven) -> Progress:
    """How far something decided last time has come."""
    stage = str(one.stage.label) + (bracketed(_("overdue")) if one.overdue else "")
    return Progress(one.number, one.title, one.owner, date_short(one.due_on), stage, one.said)


def fiscal_year_of(year: int) -> str:
    """令和8年度, or fiscal year 2026."""
    return _("fiscal year %(year)s", year=year) if in_english() else wareki.fiscal_year_name(year)


def _agenda_mark(status: MeetingStatus) -> str:
    match status:
        case MeetingStatus.PLANNED:
            return _("Draft paper")
        case MeetingStatus.CANCELLED:
            return str(MeetingStatus.CANCELLED.label)
    return ""


def _sections(page: MeetingPage) -> list[Section]:
    """The agenda by its headings; what stands under none comes last, without one."""
    if not any(section.heading for section in page.sections):
        return []
    return [
        Section(
            heading=section.heading.title if section.heading else "",
            begins=time_of_day(section.begins),
            minutes=_own_minutes(section),
            numbers=[number(view.number) for view in section.items],
            reports=[
                f"{report.words}{bracketed(report.delay)}" if report.delay else report.words
                for report in section.reports
            ],
        )
        for section in page.sections
        if not section.is_empty
    ]


def _own_minutes(section: programme.Section) -> str:
    """What the heading itself takes, beside its items; "" where it takes nothing."""
    if section.heading is None or not section.heading.minutes:
        return ""
    return number(section.heading.minutes)


def _present(attendees: Sequence[Attendee]) -> str:
    there = sum(who.present is True for who in attendees)
    return _("%(there)s of %(all)s invited", there=number(there), all=number(len(attendees)))


def _seat(who: Attendee) -> Seat:
    words = {True: _("present"), False: _("absent"), None: _("not noted")}
    return Seat(who.organisation, who.profession, who.name, words[who.present])


def _earlier_said(one: AgendaItem) -> str:
    day = _day_of(one)
    until = f"{day[0]} {date_short(one.outcome_on)}" if day else ""
    return "\n".join(word for word in (one.outcome_reason, until, one.outcome_event) if word)


def _day_of(one: AgendaItem) -> tuple[str, str] | None:
    """What the outcome's day is, and the day; None where it has none."""
    if one.outcome not in DAYS or one.outcome_on is None:
        return None
    return str(DAYS[one.outcome]), date_long(one.outcome_on)


def _item(view: ItemView, read: Read) -> Item:
    item = view.item
    sheet = read.of_items.get(item.id)
    minutes, begins = number(item.minutes_planned), time_of_day(view.begins)
    added = bracketed(_("added after publication")) if item.added_after_publication else ""
    found = Item(
        number=number(view.number),
        title=f"{item.title}{added}",
        question=item.question,
        presenter=item.presenter,
        begins=begins,
        minutes=minutes,
        time=_("%(minutes)s minutes from %(start)s", minutes=minutes, start=begins),
        evidence=_evidence_id(item),
        sheet=sheets.blocks(sheet, read.codes, area=read.area_word) if sheet else (),
        is_case=item.kind is ItemKind.CASE,
    )
    return _noted(found, item, read) if read.has_minutes else found


def _evidence_id(item: AgendaItem) -> str:
    """The number that says which figures these are, and since when they stand."""
    if item.evidence_id is None:
        return _("Not frozen yet: the figures may still change.")
    frozen = _("%(id)s, as of %(when)s", id=item.evidence_id, when=instant(item.frozen_at))
    if item.erased_at is None:
        return frozen
    return sentences(frozen, _("Words erased on %(day)s.", day=date_long(item.erased_at)))


def _noted(found: Item, item: AgendaItem, read: Read) -> Item:
    """The point with what the minutes say of it."""
    return replace(
        found,
        discussion="" if read.text else item.discussion,  # the text of the minutes replaces it
        outcome=str(item.outcome.label) if item.outcome else "",
        reason=item.outcome_reason,
        who=item.outcome_who,
        on=_day_of(item) or ("", ""),
        event=item.outcome_event,
        declined=str(item.decline_reason.label) if item.decline_reason else "",
        recommended=str(item.recommendation.label) if item.recommendation else "",
        differs=item.differs_because,
        actions=[
            Act(one.number, one.title, one.owner, date_short(one.due_on))
            for one in read.actions.get(item.id, ())
        ],
    )
