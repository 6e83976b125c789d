"""Parts and wholes: a whole closes after its parts, no issue is a part of itself."""

import pytest

from tests import factories
from tests.regroup import join, link
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.issues import service as issues
from tracker.issues.models import ClosedAs, IssueStatus, IssueStepKind
from tracker.issues.queries import issue_page, last_step
from tracker.issues.relating import linking, queries
from tracker.issues.relating.linking import Relation

pytestmark = pytest.mark.both
R = Relation


@pytest.fixture
def make(aoi, sato):
    """An issue of the east from a case of its own."""

    def an_issue():
        case = factories.accept(factories.make_case(by=aoi), by=sato)
        return factories.make_issue(sato, case)

    return an_issue


def unlink(issue, made, by):
    linking.unlink(issue, made.id, by=by, at=the_clock.now())
    db.session.commit()


def refused(issue, other, by, relation):
    with pytest.raises(InvalidInputError) as caught:
        link(issue, other, by, relation)
    db.session.rollback()
    return caught.value.field


def close(issue, road):
    road.close(issue, ClosedAs.WITHOUT_PROOF)


def test_part_and_whole_read_of_each_other(make, sato):
    part, whole = make(), make()
    link(part, whole, sato)
    assert queries.relations(sato, part).parent.id == whole.id
    assert [child.id for child in queries.relations(sato, whole).children] == [part.id]


def test_the_same_link_is_said_from_either_side(make, sato):
    part, whole = make(), make()
    made = link(whole, part, sato, R.WHOLE_OF)
    assert (made.issue_id, made.other_id) == (part.id, whole.id)


def test_with_its_parts_a_case_of_both_counts_once(make, aoi, kato, sato):
    part, whole = make(), make()
    shared = factories.accept(factories.make_case(by=aoi), by=sato)
    for issue in (part, whole):
        issues.attach(issue, [shared.id], by=sato, at=the_clock.now())
    link(part, whole, sato)
    found = queries.relations(sato, whole)
    assert (found.together.cases, found.together.offices) == (3, 1)
    assert found.children[0].shared == 1


def test_a_whole_is_not_closed_while_a_part_is_open(make, road, sato):
    part, whole = make(), make()
    link(part, whole, sato)
    road.lead(whole, IssueStatus.WATCHING)
    with pytest.raises(ConflictError) as caught:
        close(whole, road)
    assert part.number in caught.value.message
    db.session.rollback()
    road.lead(part, IssueStatus.DECLINED)
    close(whole, road)
    assert whole.status is IssueStatus.CLOSED


def test_a_second_look_finds_a_part_that_was_linked_since(make, road, sato, mori, hara):
    part, whole = make(), make()
    road.lead(whole, IssueStatus.WATCHING)
    who = {"at": the_clock.now(), "today": the_clock.today()}
    issues.propose_close(whole, ClosedAs.WITHOUT_PROOF, "減りました。", by=mori, **who)
    link(part, whole, sato)
    with pytest.raises(ConflictError):
        issues.second_close(whole, by=hara, **who)


def test_a_part_closes_before_its_whole(make, road, sato):
    part, whole = make(), make()
    link(part, whole, sato)
    road.lead(part, IssueStatus.CLOSED)
    assert part.status is IssueStatus.CLOSED


def test_a_whole_closes_after_its_link_is_removed(make, road, sato):
    part, whole = make(), make()
    made = link(part, whole, sato)
    unlink(whole, made, sato)
    road.lead(whole, IssueStatus.CLOSED)
    assert queries.relations(sato, part).is_empty


def test_nothing_is_a_part_of_itself_however_long_the_way(make, sato):
    first, second, third = make(), make(), make()
    link(first, second, sato)
    link(second, third, sato)
    assert refused(third, first, sato, R.PART_OF) == "other_id"
    assert refused(first, first, sato, R.RELATED) == "other_id"


def test_a_part_has_one_whole(make, sato):
    part, whole, other = make(), make(), make()
    link(part, whole, sato)
    assert refused(part, other, sato, R.PART_OF) == "other_id"


@pytest.mark.parametrize("relation", R)
def test_two_issues_are_linked_once(make, sato, relation):
    part, whole = make(), make()
    link(part, whole, sato)
    assert refused(whole, part, sato, relation) == "other_id"


def test_issues_of_two_towns_are_not_linked(make, sato, ono):
    kawai = factories.person_called("kawai")
    case = factories.accept(factories.make_case(by=ono), by=kawai)
    theirs = factories.make_issue(kawai, case)
    with pytest.raises(NotAllowedError):
        link(make(), theirs, sato)


def test_what_is_over_is_not_linked(make, road, sato):
    over = road.lead(make(), IssueStatus.DECLINED)
    with pytest.raises(ConflictError):
        link(make(), over, sato)


def test_a_coordinator_links_nothing(make, yama, sato):
    part, whole = make(), make()
    with pytest.raises(NotAllowedError):
        link(part, whole, yama)
    made = link(part, whole, sato)
    with pytest.raises(NotAllowedError):
        unlink(part, made, yama)


def test_a_link_of_other_issues_is_not_removed_from_here(make, sato):
    made = link(make(), make(), sato)
    with pytest.raises(NotFoundError):
        unlink(make(), made, sato)


def test_both_histories_name_the_other_issue(make, sato):
    part, whole = make(), make()
    made = link(part, whole, sato)
    for issue, other in ((part, whole), (whole, part)):
        step = last_step(issue.id)
        assert (step.kind, step.sentence) == (IssueStepKind.LINKED, other.number)
    unlink(part, made, sato)
    assert issue_page(sato, whole.id).entries[-1].kind is IssueStepKind.UNLINKED


def test_an_issue_with_links_is_not_joined_before_they_are_removed(make, sato):
    part, whole, other = make(), make(), make()
    made = link(part, whole, sato)
    with pytest.raises(ConflictError):
        join(part, other, sato)
    db.session.rollback()
    unlink(part, made, sato)
    join(part, other, sato)
    assert part.joined_into_id == other.id


def test_a_centre_reads_no_link_to_an_issue_of_another_area(make, kato, nishi, mori, sato):
    west = factories.make_issue(nishi, factories.accept(factories.make_case(by=kato), by=nishi))
    part = make()
    link(part, west, mori, R.RELATED)
    assert queries.relations(sato, part).is_empty
    assert [one.id for one in queries.relations(mori, part).related] == [west.id]
