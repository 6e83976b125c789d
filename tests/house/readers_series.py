"""Functions of series and of preparing that read for somebody, and how they are asked."""

import sqlalchemy as sa

from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.meetings import programme, reporting
from tracker.meetings.models import Meeting
from tracker.meetings.preparing import queries as preparing
from tracker.meetings.series import queries as series
from tracker.meetings.series.models import MeetingSeries, Rule


def _sittings():
    """Every meeting of a series, by id."""
    of_series = sa.select(Meeting).where(Meeting.series_id.is_not(None)).order_by(Meeting.id)
    return db.session.scalars(of_series).all()


def _of_each(read):
    return lambda who: [found for meeting in _sittings() for found in read(who, meeting)]


def _found(read):
    def ask(who):
        found = []
        for key in db.session.scalars(sa.select(MeetingSeries.id).order_by(MeetingSeries.id)):
            try:
                found.append(read(who, key))
            except NotFoundError:
                continue
        return found

    return ask


def _proposed(who, meeting):
    headings = programme.headings_of(meeting)
    at, today = the_clock.now(), the_clock.today()
    found = preparing.proposals(who, meeting, headings, at=at, today=today)
    return [one for under in found.values() for one in under]


READERS = {
    series.series_list: lambda who: db.session.execute(series.series_list(who)).all(),
    series.series_to_plan: series.series_to_plan,
    series.get_series: _found(series.get_series),
    series.series_page: _found(
        lambda who, key: series.series_page(who, key, today=the_clock.today())
    ),
    preparing.proposals: _of_each(_proposed),
    reporting.decided_actions: _of_each(
        lambda who, meeting: reporting.decided_actions(who, meeting, at=the_clock.now())
    ),
    reporting.late_actions: _of_each(
        lambda who, meeting: reporting.late_actions(who, meeting, at=the_clock.now())
    ),
    reporting.counted_types: _of_each(
        lambda who, meeting: reporting.counted_types(
            who, meeting, Rule.ASKED, today=the_clock.today()
        )
    ),
}
