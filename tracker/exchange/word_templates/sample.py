"""Pure: a made-up meeting, so that a file can be tried before there is a real one."""

from dataclasses import replace
from datetime import date, time

from flask_babel import gettext as _

from tracker.core.i18n import date_long, date_short, date_weekday, time_of_day
from tracker.exchange.content import (
    Act,
    Change,
    Content,
    Earlier,
    Item,
    Progress,
    Seat,
    Section,
    fiscal_year_of,
)
from tracker.formats.papers import Facts, Heading, Paragraph

DAY, STARTS, ENDS = date(2026, 11, 24), time(14, 0), time(16, 0)


def sample(*, empty: bool = False) -> Content:
    """Two items, three people, everything filled in; in the page's language.

    :param empty: the same meeting with nothing in any of its lists, and no draft
    """
    if not empty:
        return _full()
    return replace(
        _full(),
        agenda_mark="",
        minutes_mark="",
        last_title="",
        attendees=[],
        items=[],
        changes=[],
        last_items=[],
        progress=[],
        sections=[],
        text="",
        addenda=[],
    )


def _full() -> Content:
    return Content(
        title=_("Fiscal year 2026, second promotion meeting (sample)"),
        town=_("Sample City"),
        kind=_("Municipal promotion meeting"),
        host=_("Section for older people, Sample City"),
        place=_("City hall, meeting room 1"),
        day=date_long(DAY),
        day_weekday=date_weekday(DAY),
        starts=time_of_day(STARTS),
        ends=time_of_day(ENDS),
        when=_(
            "%(day)s, %(start)s to %(end)s",
            day=date_weekday(DAY),
            start=time_of_day(STARTS),
            end=time_of_day(ENDS),
        ),
        fiscal_year=fiscal_year_of(2026),
        agenda_mark=_("Draft paper"),
        minutes_mark=_("Draft paper"),
        timing=_("All %(length)s minutes are allotted.", length=120),
        present=_("%(there)s of %(all)s invited", there="2", all="3"),
        has_minutes=True,
        attendees=_seats(),
        items=[
            _item("1", _("No way to do the shopping")),
            _item("2", _("Nobody to go to hospital with")),
        ],
        changes=[
            Change(date_short(date(2026, 11, day)), _("Item added"), title)
            for day, title in ((19, _("Putting the rubbish out")), (20, _("Shovelling snow")))
        ],
        last_title=_("Fiscal year 2026, first promotion meeting (sample)"),
        last_items=[
            Earlier(_("Putting the rubbish out"), _("Adopt: actions are decided"), ""),
            Earlier(_("Shovelling snow"), _("Take note"), _("Cases keep coming.")),
        ],
        progress=[_step("R8-01", _("Trial")), _step("R8-03", _("Study"))],
        sections=[
            Section(_("Progress of the last decisions"), time_of_day(STARTS), "10", [], ["R8-01"]),
            Section(_("Agenda items"), time_of_day(STARTS), "", ["1", "2"], []),
        ],
        text="## " + _("No way to do the shopping") + "\n\n" + _said(),
        addenda=[(date_short(date(2026, 12, 10)), _("Four helpers have been found."))],
    )


def _said() -> str:
    return _("Many were in favour of trying a shop on wheels.")


def _step(number: str, stage: str) -> Progress:
    return Progress(
        number,
        _("Helpers for putting the rubbish out"),
        _("Council of social welfare"),
        date_short(date(2027, 3, 31)),
        stage,
        _("Four helpers have been found."),
    )


def _seats() -> list[Seat]:
    return [
        Seat(_("Council of social welfare"), _("Social worker"), _("Member A"), _("present")),
        Seat(_("Support centre east"), _("Care manager in chief"), _("Member B"), _("present")),
        Seat(_("Merchants' association"), _("Secretary"), _("Member C"), _("absent")),
    ]


def _item(number: str, title: str) -> Item:
    return Item(
        number=number,
        title=title,
        question=_("Shall it be tried for three months?"),
        presenter=_("Support centre east"),
        begins=time_of_day(STARTS),
        minutes="60",
        time=_("%(minutes)s minutes from %(start)s", minutes="60", start=time_of_day(STARTS)),
        evidence="E12-0a1b2c3d",
        sheet=[
            Heading(2, title),
            Paragraph(_("The shop closed, and more people cannot do their shopping.")),
            Facts([(_("Cases"), "12"), (_("Gap"), _("There is no resource"))]),
        ],
        is_case=False,
        discussion=_said(),
        outcome=_("Adopt: actions are decided"),
        reason=_("Cases keep coming."),
        who=_("Council of social welfare"),
        on=(_("Held until"), date_long(date(2027, 1, 31))),
        event=_("A helper has been found."),
        declined=_("Other issues come first"),
        recommended=_("Adopt: actions are decided"),
        differs=_("Cases keep coming."),
        actions=[_act("R8-02"), _act("R8-04")],
    )


def _act(number: str) -> Act:
    owner = _("Section for older people")
    return Act(number, _("Trial of a shop on wheels"), owner, date_short(date(2027, 3, 31)))
