"""Closing: proposed by one, agreed to by another, with a sentence that every filer reads."""

import pytest

from tests import factories
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.cases import queries as case_queries
from tracker.cases.history import new_act
from tracker.cases.models import CaseStatus
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import queries, service
from tracker.issues.evidence import months_back
from tracker.issues.models import ClosedAs, IssueStatus

pytestmark = pytest.mark.both

SENTENCE = "案内を作り、全事業所に配りました。"
S = IssueStatus


def who(person):
    return {"by": person, "at": the_clock.now(), "today": the_clock.today()}


def propose(issue, by, closed_as=ClosedAs.AWARENESS, sentence=SENTENCE):
    service.propose_close(issue, closed_as, sentence, **who(by))
    db.session.commit()


@pytest.fixture
def watched(issue, road):
    """A resource is in use for the issue."""
    return road.lead(issue, S.WATCHING)


@pytest.fixture
def proven(watched, aoi, sato, clock):
    """One case a month before the resource came, none in the seven months since."""
    began = the_clock.today().replace(day=1)
    for month in months_back(began, 13)[:-1]:
        factories.accept(factories.make_case(by=aoi, occurred_month=month), by=sato)
    clock.move(days=230)
    return watched


def test_mori_proposes_and_hara_agrees(proven, mori, hara):
    watched = proven
    propose(watched, mori, ClosedAs.VERIFIED)
    assert watched.status is S.WATCHING
    service.second_close(watched, **who(hara))
    db.session.commit()
    assert (watched.status, watched.closed_as) == (S.CLOSED, ClosedAs.VERIFIED)
    assert (watched.close_proposed_by_id, watched.seconded_by_id, watched.closed_on) == (
        mori.person_id,
        hara.person_id,
        the_clock.today(),
    )


def test_mori_cannot_look_a_second_time_herself(watched, mori):
    propose(watched, mori)
    for verb in (service.second_close, lambda i, **w: service.refuse_close(i, "いいえ。", **w)):
        with pytest.raises(NotAllowedError):
            verb(watched, **who(mori))


@pytest.mark.parametrize("login", ["aoi", "sato", "nishi", "yama", "iin", "tani", "kanri"])
def test_where_there_is_another_officer_nobody_else_looks(watched, mori, login, request):
    propose(watched, mori)
    with pytest.raises(NotAllowedError):
        service.second_close(watched, **who(request.getfixturevalue(login)))


def test_hara_does_not_agree_and_it_stays_open(watched, mori, hara):
    propose(watched, mori)
    service.refuse_close(watched, "もう少し見ましょう。", **who(hara))
    db.session.commit()
    assert (watched.status, watched.close_proposed_as) == (S.WATCHING, None)
    assert queries.issue_page(mori, watched.id).entries[-1].sentence == "もう少し見ましょう。"


def test_not_to_agree_needs_a_sentence(watched, mori, hara):
    propose(watched, mori)
    with pytest.raises(InvalidInputError):
        service.refuse_close(watched, "", **who(hara))


def test_nothing_is_seconded_that_nobody_proposed(watched, hara):
    with pytest.raises(ConflictError):
        service.second_close(watched, **who(hara))


def test_what_the_chain_overtakes_is_proposed_no_more(issue, road, mori, hara):
    road.lead(issue, S.CONFIRMED)
    propose(issue, mori)
    service.put_on_agenda(issue, "推進会議", by=mori, at=the_clock.now(), act=new_act())
    db.session.commit()
    assert issue.close_proposed_as is None
    with pytest.raises(ConflictError):
        service.second_close(issue, **who(hara))


def test_a_second_officer_does_not_propose_over_the_first(watched, mori, hara):
    propose(watched, mori)
    with pytest.raises(ConflictError):
        propose(watched, hara)
    db.session.rollback()


def test_whoever_proposed_may_propose_anew(watched, mori):
    propose(watched, mori)
    propose(watched, mori, ClosedAs.WITHOUT_PROOF, "様子を見て終えます。")
    assert watched.close_proposed_as is ClosedAs.WITHOUT_PROOF


def disable(*logins):
    """These people have no account any more."""
    for login in logins:
        person = db.session.get_one(Person, factories.person_called(login).person_id)
        person.disabled_at = the_clock.now()
    db.session.commit()


def test_without_another_officer_the_centre_of_the_area_looks(watched, mori, sato, nishi):
    disable("hara")
    propose(watched, mori)
    with pytest.raises(NotAllowedError):
        service.second_close(watched, **who(nishi))
    service.second_close(watched, **who(sato))
    db.session.commit()
    assert (watched.status, watched.seconded_by_id) == (S.CLOSED, sato.person_id)


def test_in_a_town_of_one_person_it_is_closed_without_a_second_look(watched, mori, clock, sign_in):
    disable("hara", "sato", "hoshino")
    propose(watched, mori)
    assert (watched.status, watched.seconded_by_id) == (S.CLOSED, None)
    page = sign_in(mori).get(f"/issues/{watched.id}?lang=en").text
    assert "without a second look" in page


def test_an_officer_of_another_town_is_no_second_person(watched, mori, tani):
    disable("hara", "sato", "hoshino")
    propose(watched, mori)
    assert watched.status is S.CLOSED


def test_somebody_who_is_officer_twice_is_one_person(watched, mori):
    disable("hara", "sato", "hoshino")
    office = min(mori.organisation_ids(Role.OFFICER))
    person = db.session.get_one(Person, mori.person_id)
    factories.join(person, office, Role.OFFICER)
    propose(watched, mori)
    assert watched.status is S.CLOSED


@pytest.mark.parametrize("status", [S.CONFIRMED, S.DECIDED, S.IN_ACTION])
def test_there_is_no_proof_before_a_resource_is_in_use(issue, road, status, mori):
    road.lead(issue, status)
    with pytest.raises(InvalidInputError) as refused:
        propose(issue, mori, ClosedAs.VERIFIED)
    assert refused.value.field == "closed_as"
    db.session.rollback()


def test_proof_needs_the_day_the_resource_came_into_use(watched, mori):
    watched.effective_on = None
    db.session.commit()
    with pytest.raises(InvalidInputError):
        propose(watched, mori, ClosedAs.VERIFIED)
    db.session.rollback()


@pytest.mark.parametrize("how", ClosedAs)
def test_closing_needs_a_sentence(watched, mori, how):
    with pytest.raises(InvalidInputError) as refused:
        propose(watched, mori, how, "")
    assert refused.value.field == "sentence"


@pytest.mark.parametrize("how", [ClosedAs.AWARENESS, ClosedAs.WITHOUT_PROOF])
@pytest.mark.parametrize("status", [S.CONFIRMED, S.DECIDED, S.IN_ACTION, S.WATCHING])
def test_making_it_known_and_closing_without_proof_are_open_all_along(issue, road, status, how):
    road.lead(issue, status)
    road.close(issue, how)
    assert (issue.status, issue.closed_as) == (S.CLOSED, how)


def test_the_sentence_is_the_answer_to_the_case(issue, case, road, aoi):
    road.lead(issue, S.CONFIRMED)
    road.close(issue, ClosedAs.AWARENESS)
    page = case_queries.case_page(aoi, case.id)
    assert (case.status, page.answers[-1].sentence) == (
        CaseStatus.CLOSED,
        "移動販売が始まり、買い物に困る声が減りました。",
    )


def test_a_case_that_waits_for_another_issue_too_goes_on_waiting(issue, case, road, mori):
    other = factories.make_issue(mori, case, area_id=None)
    road.lead(issue, S.DECLINED)
    assert case.status is CaseStatus.DISPOSED
    road.lead(other, S.DECLINED)
    assert case.status is CaseStatus.CLOSED


def test_a_meeting_that_declines_answers_the_case(issue, case, road, aoi, mori):
    road.lead(issue, S.ON_AGENDA)
    at = the_clock.now()
    service.decline_by_meeting(issue, "今ある配達を使う。", by=mori, at=at, act=new_act())
    db.session.commit()
    answers = case_queries.case_page(aoi, case.id).answers
    assert [answer.sentence for answer in answers] == ["今ある配達を使う。"]
