"""What becomes of a case when somebody does something with it."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases import filing, queries, service
from tracker.cases.filing import Whence
from tracker.cases.models import Case, CaseStatus, Disposition, StepKind
from tracker.cases.queries import CaseFilter
from tracker.cases.service import SortDraft
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.notifications.models import Event, Notice

pytestmark = pytest.mark.both

TO_31_MARCH = 127  # days from the tests' 24 November
FILED_WORDS = ("近くの店が閉まり、米と飲み物の買い物を頼まれた。", "自宅近くまで来る販売車")


def kawase():
    """The area of the town across the border."""
    (area,) = factories.person_called("ono").area_ids(Role.AGENCY)
    return area


def notices():
    """(event, withdrawn?) of every notice, in the order they were written."""
    rows = db.session.scalars(sa.select(Notice).order_by(Notice.id))
    return [(notice.event, notice.withdrawn_at is not None) for notice in rows]


# --- numbers ---


def test_first_case_of_a_town_and_year_is_number_one(aoi):
    assert factories.make_case(by=aoi).number == "R8-98201-0001"


def test_numbers_count_on(aoi, kato):
    factories.make_case(by=aoi)
    assert factories.make_case(by=kato).number == "R8-98201-0002"


def test_each_town_counts_for_itself(aoi, ono):
    factories.make_case(by=aoi)
    assert factories.make_case(by=ono).number == "R8-98321-0001"


def test_31_march_belongs_to_the_old_fiscal_year(aoi, clock):
    clock.move(days=TO_31_MARCH, hours=13, minutes=59)
    assert the_clock.today() == date(2027, 3, 31)
    assert factories.make_case(by=aoi).number == "R8-98201-0001"


def test_1_april_begins_a_new_fiscal_year_at_midnight_in_japan(aoi, clock):
    factories.make_case(by=aoi)
    clock.move(days=TO_31_MARCH, hours=14, minutes=1)  # still 31 March in UTC
    assert factories.make_case(by=aoi).number == "R9-98201-0001"


def test_a_number_of_a_case_that_was_not_saved_is_given_again(aoi, clock):
    draft = factories.case_draft(min(aoi.area_ids(Role.AGENCY)))
    office = min(aoi.organisation_ids(Role.AGENCY))
    filing.file_case(draft, Whence(office), by=aoi, at=clock.now(), today=the_clock.today())
    db.session.rollback()
    assert factories.make_case(by=aoi).number == "R8-98201-0001"


def test_four_people_filing_at_once_get_four_numbers_each_once_without_a_gap(app, aoi, clock):
    db.session.rollback()
    together = threading.Barrier(4)

    def file_three(_worker):
        together.wait(10)
        with app.app_context():
            return [factories.make_case(by=aoi).serial for _ in range(3)]

    with ThreadPoolExecutor(4) as people:
        serials = [serial for made in people.map(file_three, range(4)) for serial in made]
    assert sorted(serials) == list(range(1, 13))


# --- filing ---


def test_a_filed_case_waits_with_the_centre_of_its_area(aoi, sato):
    case = factories.make_case(by=aoi)
    (row,) = db.session.execute(queries.cases(sato, CaseFilter(CaseStatus.SUBMITTED)))
    assert (case.status, row.number) == (CaseStatus.SUBMITTED, case.number)


def test_a_case_for_the_neighbouring_town_is_seen_by_its_centre_and_not_by_sato(aoi, sato):
    case = factories.make_case(by=aoi, area_id=kawase())
    assert case.number == "R8-98321-0001"
    assert queries.get_case(factories.person_called("kawai"), case.id) is case
    with pytest.raises(NotFoundError):
        queries.get_case(sato, case.id)


def test_a_case_for_the_neighbouring_town_is_its_officers_and_not_ours(aoi, mori, tani):
    case = factories.make_case(by=aoi, area_id=kawase())
    assert queries.get_case(tani, case.id) is case
    with pytest.raises(NotFoundError):
        queries.get_case(mori, case.id)


def test_nobody_files_for_an_office_they_do_not_work_in(aoi, kato, clock):
    draft = factories.case_draft(min(aoi.area_ids(Role.AGENCY)))
    with pytest.raises(NotAllowedError):
        filing.file_case(
            draft,
            Whence(min(aoi.organisation_ids(Role.AGENCY))),
            by=kato,
            at=clock.now(),
            today=the_clock.today(),
        )


def refused_field(by, **changes):
    """Which field the refusal of this filing names."""
    with pytest.raises(InvalidInputError) as refused:
        factories.make_case(by, **changes)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == 0
    return refused.value.field


def test_an_area_in_another_prefecture_is_refused(aoi):
    area = factories.make_area("神田", 13101)
    assert refused_field(aoi, area_id=area.id) == "area_id"


def test_an_area_that_does_not_exist_is_refused(aoi):
    assert refused_field(aoi, area_id=999_999) == "area_id"


def test_a_month_that_has_not_begun_is_refused(aoi):
    assert refused_field(aoi, occurred_month=date(2026, 12, 1)) == "occurred_month"


def test_a_month_36_months_ago_is_taken(aoi):
    case = factories.make_case(by=aoi, occurred_month=date(2023, 11, 1))
    assert case.occurred_month == date(2023, 11, 1)


def test_a_month_37_months_ago_is_refused(aoi):
    assert refused_field(aoi, occurred_month=date(2023, 10, 1)) == "occurred_month"


@pytest.mark.parametrize(
    "field", ["act_type", "gap", "requester", "outcome", "urgency", "ability_to_pay"]
)
def test_a_code_nobody_knows_is_refused(aoi, field):
    assert refused_field(aoi, **{field: "XX9"}) == field


def test_a_retired_type_is_refused(aoi):
    retired = factories.make_act_type("HK98")
    retired.valid_until = date(2026, 11, 23)
    db.session.commit()
    assert refused_field(aoi, act_type="HK98") == "act_type"


def test_a_my_number_never_reaches_a_row_even_past_the_form(aoi):
    assert refused_field(aoi, summary="番号は 123456789018 です。") == "summary"


# --- revising ---


def revise(case, by, **changes):
    """The case says something else now."""
    draft = factories.case_draft(changes.pop("area_id", case.area_id), **changes)
    at = the_clock.now()
    filing.revise_case(case, draft, by=by, at=at, today=the_clock.today())
    db.session.commit()


def test_revising_keeps_the_replaced_text(aoi):
    case = factories.make_case(by=aoi)
    revise(case, aoi, summary="毎週の買い物を頼まれている。")
    (kept,) = db.session.scalars(sa.select(TextRevision))
    assert (kept.subject_id, kept.field, kept.text) == (case.id, "summary", FILED_WORDS[0])
    assert case.summary == "毎週の買い物を頼まれている。"


def test_revising_without_new_words_keeps_no_revision(aoi):
    case = factories.make_case(by=aoi)
    revise(case, aoi, times_handled=5)
    assert db.session.scalars(sa.select(TextRevision)).all() == []


def test_a_revised_case_is_found_by_its_new_words_only(aoi):
    case = factories.make_case(by=aoi)
    revise(case, aoi, summary="庭木の枝を切った。", wanted="")
    found = [
        len(db.session.execute(queries.cases(aoi, queries.CaseFilter(query=word))).all())
        for word in ("庭木", "買い物")
    ]
    assert found == [1, 0]


def test_a_returned_case_is_submitted_again_by_revising_it(aoi, sato):
    case = factories.send_back(factories.make_case(by=aoi), by=sato)
    revise(case, aoi, summary="午前中に、毎週の買い物を頼まれている。")
    last = queries.last_step(case.id)
    assert (case.status, last.kind) == (CaseStatus.SUBMITTED, StepKind.RESUBMITTED)


def test_revising_does_not_move_a_case_into_another_town(aoi):
    case = factories.make_case(by=aoi)
    with pytest.raises(InvalidInputError) as refused:
        revise(case, aoi, area_id=kawase())
    assert refused.value.field == "area_id"


def test_revising_counts_the_version_on(aoi):
    case = factories.make_case(by=aoi)
    revise(case, aoi, times_handled=5)
    assert case.version == 2


# --- sorting and answering ---


@pytest.mark.parametrize(
    ("body", "contact", "field"),
    [("", "0980-00-2100", "redirect_body"), ("見晴市 資源循環課", "", "redirect_contact")],
)
def test_handing_on_needs_a_body_and_its_contact(aoi, sato, clock, body, contact, field):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    draft = SortDraft(Disposition.REDIRECTED, body, contact, "")
    with pytest.raises(InvalidInputError) as refused:
        service.dispose_case(case, draft, by=sato, at=clock.now())
    assert (refused.value.field, case.status) == (field, CaseStatus.ACCEPTED)


def test_handing_on_keeps_the_body_and_its_contact(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.REDIRECTED, body="資源循環課", contact="2100")
    assert (case.redirect_body, case.redirect_contact) == ("資源循環課", "2100")


def test_a_body_is_kept_only_when_the_case_is_handed_to_it(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.STATISTICS_ONLY, body="資源循環課", contact="2100")
    assert (case.redirect_body, case.redirect_contact) == (None, None)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("disposition", Disposition)
def test_an_answer_closes_a_case_unless_a_meeting_or_an_issue_awaits_it(
    aoi, sato, disposition, at_once
):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    sentence = factories.ANSWER if at_once else ""
    factories.sort(case, sato, disposition, answer=sentence, body="資源循環課", contact="2100")
    if not at_once:
        factories.answer(case, by=sato)
    waits = disposition in {Disposition.INDIVIDUAL_MEETING, Disposition.TO_ISSUE}
    assert case.status is (CaseStatus.DISPOSED if waits else CaseStatus.CLOSED)


def test_a_case_that_waits_may_be_answered_again_and_all_answers_stay(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.TO_ISSUE, answer="課題として検討します。")
    factories.answer(case, sato, "来月の会議にかけます。")
    answers = queries.case_page(aoi, case.id).answers
    assert [a.sentence for a in answers] == ["課題として検討します。", "来月の会議にかけます。"]


@pytest.mark.parametrize("verb", [service.return_case, service.answer_case])
def test_nothing_is_sent_to_the_office_without_a_sentence(aoi, sato, clock, verb):
    case = factories.make_case(by=aoi)
    with pytest.raises(InvalidInputError):
        verb(case, "", by=sato, at=clock.now())


def test_contesting_brings_the_case_back_to_the_centre(aoi, sato):
    case = closed(aoi, sato)
    factories.contest(case, by=aoi)
    (row,) = db.session.execute(queries.cases(sato, CaseFilter(CaseStatus.ACCEPTED)))
    assert (case.status, case.disposition, row.id) == (CaseStatus.ACCEPTED, None, case.id)


def closed(aoi, sato):
    """A case of Aoi that has its answer."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    return factories.sort(case, by=sato, answer=factories.ANSWER)


# --- taking back ---


def test_the_last_step_is_taken_back_whole_with_its_answer(aoi, sato):
    case = factories.undo(closed(aoi, sato), by=sato)
    page = queries.case_page(aoi, case.id)
    assert (case.status, case.disposition, page.answers) == (CaseStatus.ACCEPTED, None, [])


def test_taking_back_reaches_one_act_and_no_further(aoi, sato):
    case = factories.undo(closed(aoi, sato), by=sato)
    factories.undo(case, by=sato)
    assert case.status is CaseStatus.SUBMITTED
    with pytest.raises(ConflictError):
        factories.undo(case, by=sato)


def test_an_answer_given_later_is_taken_back_alone(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.RESOLVED_EXISTING)
    factories.answer(case, by=sato)
    factories.undo(case, by=sato)
    assert (case.status, case.disposition) == (CaseStatus.DISPOSED, Disposition.RESOLVED_EXISTING)


def test_handing_on_that_is_taken_back_leaves_no_body(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.sort(case, sato, Disposition.REDIRECTED, body="資源循環課", contact="2100")
    factories.undo(case, by=sato)
    assert (case.redirect_body, case.redirect_contact) == (None, None)


def test_a_step_can_be_taken_back_for_24_hours(aoi, sato, clock):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(hours=24)
    assert factories.undo(case, by=sato).status is CaseStatus.SUBMITTED


def test_a_step_cannot_be_taken_back_after_24_hours(aoi, sato, clock):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(hours=24, seconds=1)
    with pytest.raises(ConflictError):
        factories.undo(case, by=sato)


def test_nobody_takes_back_a_colleagues_step(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    centre = min(sato.organisation_ids(Role.CENTRE))
    with pytest.raises(ConflictError):
        factories.undo(case, by=factories.make_person("shimizu", centre, Role.CENTRE))


def test_a_step_is_not_taken_back_once_the_office_has_acted_on_it(aoi, sato):
    case = factories.send_back(factories.make_case(by=aoi), by=sato)
    revise(case, aoi, times_handled=5)
    with pytest.raises(ConflictError):
        factories.undo(case, by=sato)


def test_what_was_taken_back_stays_in_the_history(aoi, sato):
    case = factories.undo(factories.accept(factories.make_case(by=aoi), by=sato), by=sato)
    entries = queries.case_page(sato, case.id).entries
    assert [(e.kind, e.taken_back) for e in entries] == [
        (StepKind.FILED, False),
        (StepKind.ACCEPTED, True),
        (StepKind.UNDONE, True),
    ]


def test_within_15_minutes_nobody_hears_of_a_step_that_was_taken_back(aoi, sato, clock):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(minutes=14, seconds=59)
    factories.undo(case, by=sato)
    assert notices() == [(Event.CASE_ACCEPTED, True)]


def test_after_15_minutes_the_office_is_told_that_it_was_taken_back(aoi, sato, clock):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(minutes=15)
    factories.undo(case, by=sato)
    assert notices() == [(Event.CASE_ACCEPTED, False), (Event.CASE_TAKEN_BACK, False)]


# --- the audit log ---


def test_every_verb_leaves_one_entry_in_the_towns_chain(aoi, sato):
    walk_all(aoi, sato)
    cases = sa.select(AuditEntry).where(AuditEntry.subject == "cases").order_by(AuditEntry.position)
    entries = db.session.scalars(cases).all()
    assert [entry.verb.removeprefix("case.") for entry in entries] == [
        *("filed", "changed", "returned", "resubmitted", "accepted"),
        *("disposed", "answered", "undone", "disposed", "answered", "contested"),
        *("filed", "withdrawn"),
    ]
    assert {entry.chain for entry in entries} == {98201}
    assert [*audit.verify({})] == []


def test_no_word_of_a_case_stands_in_the_audit_log(aoi, sato):
    walk_all(aoi, sato)
    entries = db.session.scalars(sa.select(AuditEntry)).all()
    log = json.dumps([entry.facts for entry in entries], ensure_ascii=False)
    for words in (*FILED_WORDS, "午前中", "時間帯", "宅配", "続いて", "資源循環課", "2100番"):
        assert words not in log


def test_an_entry_says_where_the_case_stood_and_stands(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    entry = last_entry()
    assert (entry.verb, entry.subject_id, entry.actor_id) == (
        "case.accepted",
        case.id,
        sato.person_id,
    )
    assert (entry.facts["was"], entry.facts["now"]) == (
        {"status": "submitted"},
        {"status": "accepted"},
    )


def test_an_entry_names_the_texts_that_were_vouched_for(aoi, clock):
    draft = factories.case_draft(min(aoi.area_ids(Role.AGENCY)))
    draft = replace(draft, summary="役場の 0980-00-2100 に電話した。")
    office = min(aoi.organisation_ids(Role.AGENCY))
    filing.file_case(
        draft,
        Whence(office),
        by=aoi,
        at=clock.now(),
        today=the_clock.today(),
        confirmed_details=["summary"],
    )
    assert last_entry().facts["now"]["details_confirmed"] == ["summary"]


def last_entry():
    """The newest entry of the log."""
    newest = sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
    return db.session.scalars(newest).one()


def walk_all(aoi, sato):
    """Every verb there is, once or twice."""
    case = factories.make_case(by=aoi)
    revise(case, aoi, summary="午前中の買い物を頼まれた。")
    factories.send_back(case, by=sato)
    revise(case, aoi, times_handled=5)
    factories.accept(case, by=sato)
    factories.sort(case, by=sato, answer=factories.ANSWER)
    factories.undo(case, by=sato)
    factories.sort(
        case,
        sato,
        Disposition.REDIRECTED,
        body="資源循環課",
        contact="2100番",
        answer=factories.ANSWER,
    )
    factories.contest(case, by=aoi)
    factories.withdraw(factories.make_case(by=aoi), by=aoi)
