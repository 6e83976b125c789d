"""What comes of telling: questions to filers, mail that was refused, sheets that were asked for."""

import sqlalchemy as sa

from tracker.accounts.roles import Role
from tracker.accounts.viewer import Viewer
from tracker.cases.models import Case
from tracker.core import clock, outbox, wareki
from tracker.core.db import db
from tracker.core.outbox import OutboxMail, link_key
from tracker.followup import asking
from tracker.followup.models import Question, QuestionKind
from tracker.insights.sheets import service as sheets
from tracker.insights.sheets.models import SheetRun
from tracker.notifications.delivery import service as delivery
from tracker.resources.models import Resource


def ask(case: Case, resource: Resource) -> Question:
    """The filer of the case is asked whether the resource can be used for it."""
    asking.ask(QuestionKind.USE_THIS, [(case.id, resource.id)], at=clock.now())
    db.session.commit()
    return db.session.scalars(sa.select(Question).order_by(Question.id.desc()).limit(1)).one()


def mailed_key() -> str:
    """The key at the end of the link that was mailed last."""
    asked = OutboxMail.event == QuestionKind.USE_THIS.value
    newest = sa.select(OutboxMail).where(asked).order_by(OutboxMail.id.desc()).limit(1)
    mail = db.session.scalars(newest).one()
    return link_key(mail.event, mail.facts["seed"])


def refuse(person: Viewer) -> OutboxMail:
    """A mail to this person that the server refused, and was given up."""
    at = clock.now()
    facts = {"number": "R8-98201-0042", "path": "/cases/42"}
    outbox.queue(
        person.person_id,
        "case_accepted",
        facts=facts,
        act=f"refused {person.person_id}",
        at=at,
        due_at=at,
    )
    delivery.note_refused(person.person_id, f"gone{person.person_id}@miharashi.example", 550, at=at)
    mail = db.session.scalars(
        sa.select(OutboxMail).where(OutboxMail.act == f"refused {person.person_id}")
    ).one()
    mail.stopped_at, mail.code, mail.attempts, mail.dead = at, 550, 1, True
    db.session.commit()
    return mail


def ask_for_sheets(by: Viewer) -> SheetRun:
    """The sheets of all offices of the town for this fiscal year are asked for."""
    town, today = min(by.municipality_ids(Role.CENTRE, Role.OFFICER)), clock.today()
    year = wareki.fiscal_year(today)
    run = sheets.ask_for_all(town, year, by=by, at=clock.now(), today=today)
    db.session.commit()
    return run
