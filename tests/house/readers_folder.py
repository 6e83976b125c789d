"""Readers of papers, of a town's Word files and of calendars."""

from tests.house import readers
from tracker.core import clock
from tracker.exchange.calendar import queries as calendar
from tracker.exchange.versions import queries as versions
from tracker.exchange.versions.models import PaperVersion
from tracker.exchange.word_templates import queries as word_templates
from tracker.exchange.word_templates.models import WordTemplate
from tracker.meetings.models import Meeting


def _appointment(who):
    keys = readers._ids(Meeting)
    found = (readers._found(calendar.appointment, who, key, address="") for key in keys)
    return [one for one in found if one]


READERS = {
    calendar.appointments: lambda who: calendar.appointments(who, "{}", today=clock.today()),
    calendar.appointment: _appointment,
    versions.versions: readers._for_each(
        lambda who, meeting: versions.versions(who, meeting.id), Meeting
    ),
    versions.get_version: readers._getter(versions.get_version, PaperVersion),
    word_templates.files: readers._in_each_town(
        lambda who, town: word_templates.files(who, town.id)
    ),
    word_templates.get_file: readers._getter(word_templates.get_file, WordTemplate),
    word_templates.last_meeting_id: readers._in_each_town(
        lambda who, town: readers._listed(word_templates.last_meeting_id(who, town.id))
    ),
}
OWN_ONLY = {calendar.own_feed: "the viewer's own secret address"}
