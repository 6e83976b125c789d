"""Cases and offices of the database behind a verdict, and what is kept of it."""

from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tests.issues import repeating
from tracker.accounts.roles import Role
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core import events
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import service
from tracker.issues.evidence import months_back
from tracker.issues.models import ClosedAs, IssueStatus, IssueStepKind
from tracker.issues.proof import queries
from tracker.issues.proof.figures import Counting, Verdict
from tracker.issues.proof.models import ProofReading

pytestmark = pytest.mark.both
S = IssueStatus
SENTENCE = "買い物に困る声がなくなりました。"


def accepted(by, centre, month, **changes):
    return factories.accept(factories.make_case(by=by, occurred_month=month, **changes), by=centre)


def read(issue):
    return queries.reading(issue, today=the_clock.today())


def who(person):
    return {"by": person, "at": the_clock.now(), "today": the_clock.today()}


@pytest.fixture
def watched(issue, road):
    return road.lead(issue, S.WATCHING)


@pytest.fixture
def proven(watched, aoi, sato, clock):
    """A case a month in the year before the resource, none in the half year since."""
    began = the_clock.today().replace(day=1)
    for month in months_back(began, 13)[:-1]:
        accepted(aoi, sato, month)
    clock.move(days=230)
    return watched


def test_only_accepted_cases_of_the_type_and_area_count(watched, aoi, kato, sato, nishi):
    watched.effective_on = date(2026, 8, 3)
    db.session.commit()
    july, october = date(2026, 7, 1), date(2026, 10, 1)
    for month in (july, october):
        accepted(aoi, sato, month)
        factories.make_case(by=aoi, occurred_month=month)  # not accepted
        accepted(aoi, sato, month, act_type="HK01")
        accepted(kato, nishi, month)
    found = read(watched)
    assert (found.before.cases, found.after.cases, found.after.months) == (1, 1, 1)
    assert (found.before.office_months, found.after.office_months) == (1, 1)  # Aoi's, since July
    assert (found.elsewhere.before.cases, found.elsewhere.after.cases) == (1, 1)
    assert found.elsewhere.areas == 1


def test_an_event_that_was_filed_twice_counts_once(proven, aoi, sato):
    before = read(proven).before.cases
    first, again = db.session.scalars(sa.select(Case).order_by(Case.id).limit(2))
    again.duplicate_of_id = first.id
    db.session.commit()
    assert (before, read(proven).before.cases) == (12, 11)


def test_the_candidate_tells_which_months_made_people_look(aoi, kato, sato, clock):
    east = min(aoi.area_ids(Role.AGENCY))
    repeating.file(aoi, kato, aoi, area_id=east)
    repeating.look()
    issue = repeating.accept(repeating.candidate(), sato)
    clock.move(days=60)
    found = read(issue)
    assert [month.month.isoformat()[:7] for month in found.left_out][-1] == "2026-11"
    assert len(found.left_out) == 6
    assert [m.part for m in found.months][-1] is Counting.RUNNING


def test_when_the_figures_show_it_mori_may_close_it_as_proven(proven, mori, hara):
    assert read(proven).verdict is Verdict.REDUCED
    service.propose_close(proven, ClosedAs.VERIFIED, SENTENCE, **who(mori))
    service.second_close(proven, **who(hara))
    db.session.commit()
    kept = queries.kept_readings(proven)
    kinds = [IssueStepKind.CLOSED, IssueStepKind.CLOSE_PROPOSED]
    assert [one.kind for one in kept] == kinds
    reading = kept[0].reading
    assert (reading.verdict, reading.rule, reading.read_on) == (
        Verdict.REDUCED,
        "1",
        the_clock.today(),
    )
    assert (reading.figures["before"]["cases"], reading.figures["after"]["months"]) == (12, 6)


def test_what_was_kept_stays_when_later_cases_change_the_figures(proven, mori, hara, aoi, sato):
    service.propose_close(proven, ClosedAs.VERIFIED, SENTENCE, **who(mori))
    db.session.commit()
    for month in months_back(the_clock.today(), 4)[:-1]:
        accepted(aoi, sato, month)
    assert read(proven).verdict is not Verdict.REDUCED
    assert queries.kept_readings(proven)[0].reading.verdict is Verdict.REDUCED
    with pytest.raises(ConflictError):
        service.second_close(proven, **who(hara))
    db.session.rollback()
    assert proven.status is S.WATCHING


def test_mori_is_told_that_she_cannot_close_what_she_proposed(proven, mori):
    service.propose_close(proven, ClosedAs.VERIFIED, SENTENCE, **who(mori))
    with pytest.raises(NotAllowedError, match="(yourself|ご自身)"):
        service.second_close(proven, **who(mori))
    db.session.rollback()


def test_a_verdict_without_a_day_of_start_is_refused_with_the_way_out(proven, mori):
    proven.effective_on = None
    db.session.commit()
    with pytest.raises(InvalidInputError) as refused:
        service.propose_close(proven, ClosedAs.VERIFIED, SENTENCE, **who(mori))
    assert refused.value.field == "closed_as"
    db.session.rollback()


def test_closing_what_no_resource_was_made_for_keeps_no_verdict(issue, road):
    road.lead(issue, S.CONFIRMED)
    road.close(issue, ClosedAs.AWARENESS)
    assert db.session.scalars(sa.select(ProofReading)).all() == []


def test_closing_that_was_taken_back_says_so_beside_its_verdict(proven, mori):
    service.propose_close(proven, ClosedAs.VERIFIED, SENTENCE, **who(mori))
    service.undo_last(proven, by=mori, at=the_clock.now())
    db.session.commit()
    (kept,) = queries.kept_readings(proven)
    assert kept.taken_back


def test_a_page_of_proof_asks_as_often_for_many_cases_as_for_one(proven, statements):
    assert proven.number  # it is loaded
    with statements() as seen:
        read(proven)
    assert len(seen) == 4


def test_an_old_case_that_is_filed_late_does_not_open_it_again(proven, road, aoi, sato, clock):
    events.case_accepted.connect(service.on_case_accepted)  # as create_app does
    road.close(proven, ClosedAs.VERIFIED)
    clock.move(days=40)
    accepted(aoi, sato, date(2026, 9, 1))  # before the resource of November
    assert proven.status is S.CLOSED
    accepted(aoi, sato, date(2026, 12, 1))  # with it, though before the closing
    assert proven.status is S.IN_ACTION
