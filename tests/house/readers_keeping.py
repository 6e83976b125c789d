"""Readers of the privacy officer: who opened what, what is kept, what was taken out."""

import sqlalchemy as sa

from tests.house.readers_told import _found
from tracker.accounts.models import Municipality
from tracker.cases import opened
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.privacy import asking, attempts, locating, naming
from tracker.privacy import queries as log
from tracker.privacy.exports import queries as exports
from tracker.privacy.exports.models import Export, ExportKind
from tracker.privacy.keeping import queries as keeping
from tracker.privacy.keeping.models import Redaction
from tracker.privacy.queries import LogFilter


def _rows(statement):
    return db.session.execute(statement).all()


def _cases(who):
    statement, key = exports.rows_of(who, ExportKind.CASES, {})
    return _rows(statement.order_by(key))


def _located(who):
    numbers = db.session.scalars(sa.select(Case.number).order_by(Case.id))
    return [found for number in numbers if (found := locating.locate(who, number))]


def _kept(who, town):
    return keeping.due_in_town(who, town, today=the_clock.today())


def _readers_of_all(who):
    cases = db.session.scalars(sa.select(Case).order_by(Case.id)).all()
    return [one for case in cases for one in opened.by_role(who, case)]


READERS = {
    opened.by_role: _readers_of_all,
    log.opened: lambda who: _rows(log.opened(who, LogFilter())),
    locating.locate: _located,
    attempts.accounts_of: attempts.accounts_of,
    exports.exports: lambda who: _rows(exports.exports(who)),
    exports.awaiting: lambda who: exports.awaiting(who, at=the_clock.now()),
    exports.awaiting_count: lambda who: exports.awaiting_count(who, at=the_clock.now()),
    exports.get_export: lambda who: _found(exports.get_export, who, Export.id),
    exports.rows_of: _cases,
    exports.count_of: lambda who: exports.count_of(who, ExportKind.CASES, {}),
    keeping.due_in_town: lambda who: _found(_kept, who, Municipality.id),
    keeping.redactions: lambda who: _rows(keeping.redactions(who)),
    keeping.get_record: lambda who: _found(
        lambda viewer, key: keeping.get_record(viewer, "cases", key), who, Case.id
    ),
    keeping.get_redaction: lambda who: _found(keeping.get_redaction, who, Redaction.id),
    keeping.towns_of: keeping.towns_of,
}
OWN_ONLY = {
    asking.wanted: "a filter; its numbers are looked up by locating.locate",
    naming.address: "an address; nothing is looked up",
    log.files_with: "narrowed by the same policy as exports.exports; tried in test_who_held_it",
}
FOUND_BY = {
    exports.awaiting: "kansa",
    exports.awaiting_count: "kansa",
    opened.by_role: "aoi",
    log.opened: "kansa",
    locating.locate: "kansa",
    attempts.accounts_of: "kansa",
    keeping.due_in_town: "kansa",
    keeping.redactions: "kansa",
    keeping.get_record: "kansa",
    keeping.get_redaction: "kansa",
    keeping.towns_of: "kansa",
}
