"""Raising an issue, adding and taking out cases, writing: cases stay whole and counts stay true."""

import json

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases import queries as case_queries
from tracker.cases.models import Case, CaseStatus, Disposition, StepKind
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.issues import counting, matrix, queries, service
from tracker.issues.models import IssueCase, IssueStatus, IssueVersion

pytestmark = pytest.mark.both

TO_1_APRIL = 128


def now():
    return the_clock.now()


def test_numbers_count_on_and_each_town_counts_for_itself(case, sato, ono):
    kawai = factories.person_called("kawai")
    theirs = factories.accept(factories.make_case(by=ono), by=kawai)
    numbers = [factories.make_issue(sato, case).number for _ in range(2)]
    assert numbers == ["R8-01", "R8-02"]
    assert factories.make_issue(kawai, theirs).number == "R8-01"


def test_1_april_begins_a_new_fiscal_year(case, sato, clock):
    factories.make_issue(sato, case)
    clock.move(days=TO_1_APRIL)
    assert factories.make_issue(sato, case).number == "R9-01"


def test_accepted_cases_are_sorted_to_the_issue_and_their_bar_shows_it(issue, case, aoi):
    assert (case.status, case.disposition) == (CaseStatus.DISPOSED, Disposition.TO_ISSUE)
    page = case_queries.case_page(aoi, case.id)
    assert page.entries[-1].kind is StepKind.GROUPED
    assert page.entries[-1].sentence == issue.title


def test_a_case_that_is_not_accepted_yet_stays_where_it_is(aoi, sato):
    case = factories.make_case(by=aoi)
    factories.make_issue(sato, case)
    assert (case.status, case.disposition) == (CaseStatus.SUBMITTED, None)


def refused(by, ids, **changes):
    """Why this issue is not raised."""
    draft = factories.issue_draft(changes.pop("area_id", None), **changes)
    with pytest.raises((InvalidInputError, NotFoundError, NotAllowedError)) as caught:
        service.raise_issue(draft, ids, by=by, at=now(), today=the_clock.today())
    db.session.rollback()
    return caught.value


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("title", {"title": ""}),
        ("statement", {"statement": ""}),
        ("act_type", {"act_type": "XX99"}),
        ("area_id", {"area_id": 999_999}),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(case, mori, field, changes):
    assert refused(mori, [case.id], **changes).field == field


def test_an_issue_is_raised_from_cases(mori):
    assert refused(mori, []).field == "case_ids"


def test_a_withdrawn_case_supports_no_issue(aoi, mori):
    case = factories.withdraw(factories.make_case(by=aoi), by=aoi)
    assert refused(mori, [case.id]).field == "case_ids"


def test_a_stranger_cannot_learn_of_a_case_by_raising_an_issue(case, tani, nishi):
    assert refused(tani, [case.id]).status == refused(nishi, [case.id]).status == 404


def test_the_filer_raises_no_issue(case, aoi):
    assert refused(aoi, [case.id], area_id=case.area_id).status == 403


def test_a_centre_speaks_for_its_own_area_and_for_the_town(case, sato, nishi):
    west = min(nishi.area_ids(Role.CENTRE))
    assert refused(sato, [case.id], area_id=west).status == 403
    assert factories.make_issue(sato, case, area_id=None).area_id is None


def test_attaching_twice_holds_a_case_once(issue, case, aoi, sato):
    second = factories.accept(factories.make_case(by=aoi), by=sato)
    added = [
        service.attach(issue, ids, by=sato, at=now())
        for ids in ([case.id, second.id], [second.id, second.id])
    ]
    db.session.commit()
    assert (added, queries.case_ids(issue.id)) == ([1, 0], [case.id, second.id])


def test_a_case_of_another_town_is_not_attached(issue, sato, ono):
    with pytest.raises(NotFoundError):
        service.attach(issue, [factories.make_case(by=ono).id], by=sato, at=now())


def test_a_case_may_support_several_issues(issue, case, mori):
    second = factories.make_issue(mori, case, area_id=None)
    assert queries.case_ids(issue.id) == queries.case_ids(second.id) == [case.id]


def test_a_case_that_was_taken_out_goes_on_waiting_for_an_issue(issue, case, sato):
    service.detach(issue, case.id, by=sato, at=now())
    db.session.commit()
    assert queries.case_ids(issue.id) == []
    assert (case.status, case.disposition) == (CaseStatus.DISPOSED, Disposition.TO_ISSUE)


def test_what_is_not_attached_cannot_be_taken_out(issue, aoi, sato):
    other = factories.make_case(by=aoi)
    with pytest.raises(NotFoundError):
        service.detach(issue, other.id, by=sato, at=now())


@pytest.mark.parametrize("status", [IssueStatus.CLOSED, IssueStatus.DECLINED])
def test_what_is_over_takes_no_case_and_gives_none(issue, case, road, status, sato):
    road.lead(issue, status)
    with pytest.raises(ConflictError):
        service.detach(issue, case.id, by=sato, at=now())
    with pytest.raises(ConflictError):
        service.attach(issue, [case.id], by=sato, at=now())


def snapshot(*readers):
    """Every count of the matrix, as each of them reads it."""
    found = []
    for person in readers:
        areas = {place.id: place.area_ids for place in counting.places(person, "area")}
        counted = counting.counts(person, matrix.Period("all"))
        people = counting.clients(person, matrix.Period("all"))
        cells = matrix.arrange(counted, areas, ["HK", "MV", "PM"], people).cells
        found.append({k: (c.cases, c.offices, c.clients, c.minutes) for k, c in cells.items()})
    return found


def test_no_count_changes_whatever_is_raised_attached_and_taken_out(aoi, kato, sato, mori, road):
    mine = [factories.accept(factories.make_case(by=aoi), by=sato) for _ in range(3)]
    west = factories.make_case(by=kato, act_type="HK01")
    before = snapshot(sato, mori)
    issue = factories.make_issue(mori, *mine[:2], area_id=None)
    service.attach(issue, [mine[2].id, west.id], by=mori, at=now())
    other = factories.make_issue(sato, mine[0])
    service.detach(issue, mine[1].id, by=sato, at=now())
    service.attach(other, [mine[1].id], by=sato, at=now())
    db.session.commit()
    road.lead(other, IssueStatus.DECLINED)
    assert snapshot(sato, mori) == before
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 4


def rewrite(issue, by, **changes):
    draft = factories.issue_draft(issue.area_id, **changes)
    service.rewrite(issue, draft, by=by, at=now(), today=the_clock.today())
    db.session.commit()


def versions(issue):
    rows = db.session.scalars(
        sa.select(IssueVersion).filter_by(issue_id=issue.id).order_by(IssueVersion.number)
    )
    return [(row.number, row.title) for row in rows]


def test_every_wording_is_kept_as_a_version(issue, mori):
    rewrite(issue, mori, title="買い物に行けない")
    assert versions(issue) == [(1, "買い物の足がない"), (2, "買い物に行けない")]
    kept = db.session.scalars(sa.select(TextRevision.text).filter_by(subject="issues")).all()
    assert kept == ["買い物の足がない"]


def test_what_was_not_changed_leaves_no_version_and_no_step(issue, mori):
    rewrite(issue, mori)
    assert len(versions(issue)) == 1
    assert len(queries.issue_page(mori, issue.id).entries) == 1


def test_another_type_alone_is_a_step_and_a_version(issue, mori):
    rewrite(issue, mori, act_type="HK01")
    assert (issue.act_type_code, len(versions(issue))) == ("HK01", 2)
    assert len(queries.issue_page(mori, issue.id).entries) == 2


def test_a_centre_does_not_hand_its_issue_to_another_area(issue, sato, nishi):
    draft = factories.issue_draft(min(nishi.area_ids(Role.CENTRE)))
    with pytest.raises(NotAllowedError):
        service.rewrite(issue, draft, by=sato, at=now(), today=the_clock.today())


def test_every_verb_leaves_one_sealed_entry_without_a_word(issue, case, road, mori):
    rewrite(issue, mori, title="買い物に行けない")
    service.detach(issue, case.id, by=mori, at=now())
    service.attach(issue, [case.id], by=mori, at=now())
    road.lead(issue, IssueStatus.CLOSED)
    entries = db.session.scalars(
        sa.select(AuditEntry).filter_by(subject="issues").order_by(AuditEntry.position)
    ).all()
    assert [entry.verb.removeprefix("issue.") for entry in entries] == [
        *("raised", "rewritten", "detached", "attached", "confirmed", "put_on_agenda"),
        *("decided", "action_begun", "resource_live", "close_proposed", "closed"),
    ]
    said = json.dumps([entry.facts for entry in entries], ensure_ascii=False)
    assert not any(word in said for word in ("買い物", "販売", "店"))
    assert [*audit.verify({})] == []


def test_a_second_row_for_the_same_case_cannot_be_written(issue, case, mori):
    row = {"issue_id": issue.id, "case_id": case.id, "attached_by_id": mori.person_id}
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(IssueCase).values(attached_at=now(), **row))
    db.session.rollback()
