"""Readers of what is told: questions to filers, how mail is doing, sheets of offices."""

import sqlalchemy as sa

from tracker.accounts.models import Organisation
from tracker.core import clock as the_clock
from tracker.core import wareki
from tracker.core.db import db
from tracker.core.errors import NotAllowedError, NotFoundError
from tracker.core.outbox import OutboxMail
from tracker.followup import queries as followup
from tracker.followup.models import Question
from tracker.insights.sheets import queries as sheets
from tracker.insights.sheets.models import SheetRun
from tracker.notifications.delivery import queries as delivery
from tracker.notifications.delivery.models import MailAddress


def _found(get, who, column):
    """What `get` finds of every row with this key; refused ones are left out."""
    found = []
    for key in db.session.scalars(sa.select(column).order_by(column)):
        try:
            found.append(get(who, key))
        except (NotAllowedError, NotFoundError):
            continue
    return found


def _lines(who, organisation_id):
    today = the_clock.today()
    year = wareki.fiscal_year(today)
    return sheets.office_sheet(who, organisation_id, year, today=today).lines


READERS = {
    delivery.post: lambda who: sum(vars(delivery.post(who, at=the_clock.now())).values()),
    delivery.addresses: delivery.addresses,
    delivery.get_address: lambda who: _found(delivery.get_address, who, MailAddress.person_id),
    delivery.dead_letters: lambda who: db.session.execute(delivery.dead_letters(who)).all(),
    delivery.get_dead_letter: lambda who: _found(delivery.get_dead_letter, who, OutboxMail.id),
    followup.questions: lambda who: db.session.execute(followup.questions(who, waiting=True)).all(),
    followup.waiting_count: followup.waiting_count,
    followup.get_question: lambda who: _found(followup.get_question, who, Question.id),
    followup.counts: lambda who: followup.counts(who),
    sheets.own_offices: lambda who: sheets.own_offices(who, today=the_clock.today()),
    sheets.office_sheet: lambda who: [
        line for lines in _found(_lines, who, Organisation.id) for line in lines
    ],
    sheets.runs: sheets.runs,
    sheets.get_run: lambda who: _found(sheets.get_run, who, SheetRun.id),
}
FOUND_BY = {reader: "kanri" for reader in READERS if reader.__module__ == delivery.__name__}
