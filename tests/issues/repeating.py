"""Cases that repeat, looked at and decided on, for the tests of candidates."""

from datetime import timedelta

import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues.candidates import learning, looking, queries, service
from tracker.issues.candidates.learning import RuleDraft
from tracker.issues.candidates.models import Candidate

CITY, TOWN = 98201, 98321


def file(*offices, area_id=None, **changes):
    """A case of each of these care managers for one area; neither urgent nor without resource."""
    chosen = {"gap": "G2", "urgency": "E3", "times_handled": 1, "minutes_each": 60, **changes}
    area_id = area_id or min(offices[0].area_ids(Role.AGENCY))
    return [factories.make_case(by=office, area_id=area_id, **chosen) for office in offices]


def look(town=CITY, **how):
    """The town has been looked at; what the look did."""
    looked = looking.look(town, at=the_clock.now(), **how)
    db.session.commit()
    return looked


def candidates(town=CITY):
    """The candidates of the town, as stored, by key."""
    db.session.rollback()
    rows = sa.select(Candidate).where(Candidate.municipality_id == town).order_by(Candidate.id)
    return db.session.scalars(rows).all()


def candidate(town=CITY):
    """The only one."""
    (found,) = candidates(town)
    return found


def park(found, by, *, days=None, more_cases=None):
    """The candidate sleeps."""
    until = the_clock.today() + timedelta(days=days) if days else None
    service.park(
        found,
        until=until,
        more_cases=more_cases,
        reason="予算の時期を待つ。",
        by=by,
        at=the_clock.now(),
    )
    db.session.commit()


def reject(found, by):
    """The candidate is turned down."""
    service.reject(found, "事業所の間で片付いた。", by=by, at=the_clock.now())
    db.session.commit()


def accept(found, by, *case_ids, **changes):
    """An issue is raised from the candidate and its cases, or from some of them."""
    made = service.accept(
        found,
        factories.issue_draft(found.area_id, act_type=found.act_type_code, **changes),
        case_ids or queries.case_ids(found.id),
        by=by,
        at=the_clock.now(),
        today=the_clock.today(),
    )
    db.session.commit()
    return made


def learn(issue, by, **changes):
    """The town has a rule for the issue's type: two cases of one office in a year."""
    numbers = {"area_id": issue.area_id, "cases": 2, "months": 12, "offices": 1, **changes}
    made = learning.learn(issue, RuleDraft(**numbers), by=by, at=the_clock.now())
    db.session.commit()
    return made


def examples(aoi, sato, mori, issue):
    """A candidate to decide on, others in every state, and a rule that was learnt."""
    types = ("FN01", "FN02", "EM01", "HK01")
    for act_type in types:
        file(aoi, act_type=act_type, gap="G1", urgency="E1")
    look()
    made = [found for found in candidates() if found.act_type_code in types]
    ours, parked, rejected, accepted = made
    park(parked, sato, days=9)
    reject(rejected, sato)
    accept(accepted, sato)
    return {"candidate_id": ours.id, "rule_id": learn(issue, mori).id}
