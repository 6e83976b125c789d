"""Functions of setting up and of changing accounts that read, and how they are asked."""

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.changing import queries as changing
from tracker.accounts.letters import queries as letters
from tracker.accounts.models import Area, Membership, Municipality, Organisation, Person
from tracker.accounts.offices import queries as offices
from tracker.accounts.offices.models import OfficeFile
from tracker.accounts.towns import policy, queries
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import NotFoundError
from tracker.home import steps


def _rows(statement):
    return db.session.execute(statement).all()


def _ids(model):
    return db.session.scalars(sa.select(model.id).order_by(model.id)).all()


def _found(read, model, ids=None):
    def ask(who):
        found = []
        for key in _ids(model) if ids is None else ids():
            try:
                found.append(read(who, key))
            except NotFoundError:
                continue
        return found

    return ask


def _towns():
    """Towns in which there is something."""
    areas = sa.select(Area.municipality_id).distinct()
    return db.session.scalars(areas.order_by(Area.municipality_id)).all()


def _called(who):
    town = db.session.get(Municipality, min(_towns()))
    return queries.towns_called(who, town.name_ja)


def _bodies(who):
    today = the_clock.today()
    every = db.session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
    return [one for body in every for one in changing.bodies_to_join(who, body, today=today)]


def _road(who):
    """The steps of every town the person may set up; a page asks for the town first."""
    with current_app.test_request_context():
        mine = [town for town in _towns() if policy.can_set_up(who, town)]
        return [steps.road(who, town) for town in mine]


def _open_road(who):
    with current_app.test_request_context():
        return steps.open_road(who)


READERS = {
    queries.town_to_set_up: _found(queries.town_to_set_up, Municipality, _towns),
    queries.towns_begun: queries.towns_begun,
    queries.towns_called: _called,
    offices.get_file: _found(offices.get_file, OfficeFile),
    letters.offices_to_invite: lambda who: _rows(
        letters.offices_to_invite(who, today=the_clock.today())
    ),
    letters.offices_called_for: lambda who: letters.offices_called_for(
        who, _ids(Organisation), today=the_clock.today()
    ),
    changing.get_membership: _found(changing.get_membership, Membership),
    changing.history_of: lambda who: [
        one for key in _ids(Person) for one in changing.history_of(who, key)
    ],
    changing.rights: lambda who: _rows(changing.rights(who, today=the_clock.today())),
    changing.to_review: lambda who: changing.to_review(
        who, _ids(Membership), today=the_clock.today()
    ),
    changing.bodies_to_join: _bodies,
    steps.road: _road,
    steps.open_road: _open_road,
}
FOUND_BY = {steps.open_road: "tani"}  # whose town has published no agenda yet
OWN_ONLY = {letters.inviting: "the viewer's own standings; nothing is looked up"}
