"""Functions that read what a town has set and announced, and how they are asked."""

from tests import links
from tests.house.readers import _getter, _in_each_town, _listed, _tried
from tracker.accounts.roles import Role
from tracker.cases import trying_targets
from tracker.core import clock as the_clock
from tracker.core.errors import NotFoundError
from tracker.intake import panels
from tracker.issues import trying_figures
from tracker.issues.priority import trying as trying_bands
from tracker.settings.announcements import queries as announcements
from tracker.settings.changed import last_changes
from tracker.settings.models import Announcement
from tracker.settings.notes import queries as notes
from tracker.settings.values import queries as values
from tracker.settings.values import service as value_service
from tracker.settings.values.models import Key, TownValue
from tracker.taxonomy import queries as taxonomy


def _or_nothing(read):
    """In each town; nothing where the town is refused."""

    def ask(who, town):
        try:
            return read(who, town.id)
        except NotFoundError:
            return []

    return _in_each_town(ask)


def _own_named(types):
    """Those the town has named itself; ours are everybody's."""
    return [one for one in types if one.name_ja == links.OWN_NAME]


def _dry_run(listener):
    return _tried(
        lambda who, town_id, numbers, today: listener(
            viewer=who, municipality_id=town_id, numbers=numbers, today=today
        )
    )


def _other_titles(who, town):
    """What would be different if the agenda were called otherwise."""
    today = the_clock.today()
    return value_service.different(who, town, {Key.TITLE_ORDER: "議題表"}, today=today).sentences


READERS = {
    announcements.shown_to: lambda who: announcements.shown_to(who, today=the_clock.today()),
    announcements.written: _or_nothing(announcements.written),
    announcements.get_announcement: _getter(announcements.get_announcement, Announcement),
    announcements.areas_of: _in_each_town(lambda who, town: announcements.areas_of(who, town.id)),
    values.versions: _or_nothing(lambda who, town: values.versions(who, town, Key.STILL_DAYS)),
    values.get_version: _getter(values.get_version, TownValue),
    notes.types_offered: lambda who: _own_named(
        notes.types_offered(who, taxonomy.act_types(the_clock.today()), today=the_clock.today())
    ),
    panels.offered_types: lambda who: _own_named(
        panels.offered_types(who, None, today=the_clock.today())
    ),
    panels.area_kind: lambda who: _listed(panels.area_kind(who) or None),
    panels.check: lambda who: [
        one
        for act, one in panels.check(
            who, panels.Asked(text="買い物に行けず、代わりに買い物をした"), today=the_clock.today()
        )["suggestions"]
        if who.is_role(Role.AGENCY)
    ],
    trying_targets.on_tried: _dry_run(trying_targets.on_tried),
    trying_bands.on_tried: _dry_run(trying_bands.on_tried),
    trying_figures.on_tried: _dry_run(trying_figures.on_tried),
    value_service.different: _or_nothing(_other_titles),
    last_changes: lambda who: [*last_changes(who).items()],
}
