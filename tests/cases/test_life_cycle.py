"""The life cycle of a case: its edges are the contract's, every other step is refused."""

import pytest

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases import filing, queries, service
from tracker.cases.models import EDGES, CaseStatus, Disposition, StepKind
from tracker.cases.service import SortDraft
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError, NotFoundError

# The agreed life cycle, written out by hand: Case.
CONTRACT = """
submitted → accepted | returned
returned → submitted
submitted, returned → withdrawn
accepted → returned
accepted → disposed
disposed → closed
closed → accepted
"""


def edges_of_the_contract():
    found = set()
    for line in CONTRACT.strip().splitlines():
        starts, ends = line.split("→")
        for start in starts.split(","):
            found |= {(start.strip(), end.strip()) for end in ends.split("|")}
    return found


def test_edges_are_those_of_the_contract():
    assert {(start.value, end.value) for start, end in EDGES} == edges_of_the_contract()


def test_ways_to_sort_are_those_of_the_contract():
    assert {disposition.value for disposition in Disposition} == {
        "resolved_existing",
        "individual_meeting",
        "to_issue",
        "statistics_only",
        "redirected",
    }


def case_in(status, aoi, sato):
    """A case of Aoi's office that stands there."""
    case = factories.make_case(by=aoi)
    if status is CaseStatus.WITHDRAWN:
        return factories.withdraw(case, by=aoi)
    if status is CaseStatus.RETURNED:
        return factories.send_back(case, by=sato)
    if status is not CaseStatus.SUBMITTED:
        factories.accept(case, by=sato)
    if status in {CaseStatus.DISPOSED, CaseStatus.CLOSED}:
        factories.sort(case, by=sato)
    if status is CaseStatus.CLOSED:
        factories.answer(case, by=sato)
    return case


def revise(case, *, by, at):
    draft = factories.case_draft(case.area_id, summary="買い物を毎週頼まれている。")
    filing.revise_case(case, draft, by=by, at=at, today=at.date())


def dispose(case, *, by, at):
    service.dispose_case(case, SortDraft(Disposition.TO_ISSUE, "", "", ""), by=by, at=at)


OFFICE = {
    "revise": revise,
    "withdraw": filing.withdraw_case,
    "contest": lambda case, **who: filing.contest_case(case, "まだ続いています。", **who),
}
CENTRE = {
    "accept": service.accept_case,
    "return": lambda case, **who: service.return_case(case, "時間帯は？", **who),
    "dispose": dispose,
    "answer": lambda case, **who: service.answer_case(case, "ご紹介しました。", **who),
}
VERBS = OFFICE | CENTRE
# state → verb → state after
ALLOWED = {
    CaseStatus.SUBMITTED: {
        "accept": CaseStatus.ACCEPTED,
        "return": CaseStatus.RETURNED,
        "revise": CaseStatus.SUBMITTED,
        "withdraw": CaseStatus.WITHDRAWN,
    },
    CaseStatus.RETURNED: {"revise": CaseStatus.SUBMITTED, "withdraw": CaseStatus.WITHDRAWN},
    CaseStatus.WITHDRAWN: {},
    CaseStatus.ACCEPTED: {"return": CaseStatus.RETURNED, "dispose": CaseStatus.DISPOSED},
    CaseStatus.DISPOSED: {"answer": CaseStatus.CLOSED},
    CaseStatus.CLOSED: {"contest": CaseStatus.ACCEPTED},
}


@pytest.mark.both
@pytest.mark.parametrize("status", ALLOWED)
def test_allowed_steps_lead_where_the_contract_says(status, aoi, sato, clock):
    for verb, after in ALLOWED[status].items():
        case = case_in(status, aoi, sato)
        VERBS[verb](case, by=aoi if verb in OFFICE else sato, at=clock.now())
        assert (verb, case.status) == (verb, after)


@pytest.mark.both
@pytest.mark.parametrize("status", ALLOWED)
def test_every_other_step_is_a_conflict_told_in_plain_words(status, aoi, sato, clock):
    case = case_in(status, aoi, sato)
    steps = len(history(case))
    for verb in VERBS.keys() - ALLOWED[status].keys():
        with pytest.raises(ConflictError) as refused:
            VERBS[verb](case, by=aoi if verb in OFFICE else sato, at=clock.now())
        assert refused.value.status == 409, verb
        assert str(status.label) in refused.value.message, verb
        assert not any(part in refused.value.message for part in ("Error", status.value)), verb
        db.session.rollback()
        assert (verb, case.status, len(history(case))) == (verb, status, steps)


def history(case):
    return queries.case_page(factories.person_called("sato"), case.id).entries


STARTS = {verb: state for state, verbs in reversed(ALLOWED.items()) for verb in verbs}


@pytest.mark.both
@pytest.mark.parametrize("verb", sorted(CENTRE))
def test_only_the_centre_of_the_area_sorts(verb, request, aoi, sato, clock):
    case = case_in(STARTS[verb], aoi, sato)
    for login in ("aoi", "kato", "nishi", "mori", "hara", "yama", "iin", "ono", "tani", "kanri"):
        with pytest.raises(NotAllowedError):
            CENTRE[verb](case, by=request.getfixturevalue(login), at=clock.now())
        db.session.rollback()


@pytest.mark.both
@pytest.mark.parametrize("verb", sorted(OFFICE))
def test_only_the_filers_office_changes_its_case(verb, request, aoi, sato, clock):
    case = case_in(STARTS[verb], aoi, sato)
    for login in ("kato", "sato", "nishi", "mori", "hara", "yama", "iin", "ono", "tani", "kanri"):
        with pytest.raises(NotAllowedError):
            OFFICE[verb](case, by=request.getfixturevalue(login), at=clock.now())
        db.session.rollback()


@pytest.mark.both
@pytest.mark.parametrize("verb", sorted(OFFICE))
def test_too_late_is_no_reason_to_tell_another_office_where_a_case_stands(
    verb, kato, aoi, sato, clock
):
    case = case_in(CaseStatus.ACCEPTED, aoi, sato)
    with pytest.raises(NotAllowedError):
        OFFICE[verb](case, by=kato, at=clock.now())


@pytest.mark.both
def test_a_colleague_of_the_filer_may_withdraw(aoi, clock):
    case = factories.make_case(by=aoi)
    colleague = factories.make_person("aoyama", case.organisation_id)
    factories.withdraw(case, by=colleague)
    assert case.status is CaseStatus.WITHDRAWN


@pytest.mark.both
def test_a_colleague_of_the_centre_may_go_on(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    colleague = factories.make_person(
        "shimizu", min(sato.organisation_ids(Role.CENTRE)), Role.CENTRE
    )
    factories.sort(case, by=colleague, answer=factories.ANSWER)
    assert case.status is CaseStatus.CLOSED


@pytest.mark.both
@pytest.mark.parametrize("login", ["kato", "nishi", "iin", "ono", "tani", "ken", "kanri", "kansa"])
def test_those_it_is_no_business_of_do_not_find_the_case(login, request, aoi):
    case = factories.make_case(by=aoi)
    with pytest.raises(NotFoundError):
        queries.get_case(request.getfixturevalue(login), case.id)


@pytest.mark.both
@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "hara", "yama"])
def test_those_it_concerns_find_the_case(login, request, aoi):
    case = factories.make_case(by=aoi)
    assert queries.get_case(request.getfixturevalue(login), case.id) is case


@pytest.mark.both
def test_history_names_every_step_in_order(aoi, sato):
    case = factories.make_case(by=aoi)
    factories.send_back(case, by=sato)
    revise_again(case, aoi)
    factories.accept(case, by=sato)
    factories.sort(case, by=sato, answer=factories.ANSWER)
    factories.contest(case, by=aoi)
    assert [entry.kind for entry in history(case)] == [
        StepKind.FILED,
        StepKind.RETURNED,
        StepKind.RESUBMITTED,
        StepKind.ACCEPTED,
        StepKind.DISPOSED,
        StepKind.ANSWERED,
        StepKind.CONTESTED,
    ]


def revise_again(case, aoi):
    revise(case, by=aoi, at=the_clock.now())
    db.session.commit()
