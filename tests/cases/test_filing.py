"""What an office says when it files: whose case it is, how it sees the work, what it has tried."""

import re
from collections import Counter

import pytest
import sqlalchemy as sa

from tests import databases, factories, filings
from tracker.accounts.roles import Role
from tracker.cases import filing, policy, queries, reading
from tracker.cases.models import Case, CaseStatus, CaseStep, CaseTick, StepKind
from tracker.cases.ticks import Ticks
from tracker.core import clock as the_clock
from tracker.core import text
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.resources.models import ResourceStatus
from tracker.taxonomy import queries as taxonomy

pytestmark = pytest.mark.both

REFERENCE = "控え-7741-ほ"


def reread(case):
    """The row as it is in the database now."""
    db.session.rollback()
    return db.session.get_one(Case, case.id, populate_existing=True)


def key_of(case):
    return reread(case).client_key


def refused_field(by, **changes):
    """Which field the refusal of this filing names; nothing was filed."""
    db.session.rollback()
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Case))
    db.session.rollback()
    with pytest.raises(InvalidInputError) as refused:
        factories.make_case(by, **changes)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Case)) == before
    return refused.value.field


# --- the office's own reference ---


def test_the_same_reference_is_the_same_person(aoi):
    first, second = (factories.make_case(aoi, office_ref=REFERENCE) for _ in range(2))
    assert key_of(first) == key_of(second)
    assert re.fullmatch("[0-9a-f]{64}", key_of(first))


def test_another_reference_is_another_person(aoi):
    first, second = (factories.make_case(aoi, office_ref=ref) for ref in ("12", "13"))
    assert key_of(first) != key_of(second)


@pytest.mark.parametrize("typed", ["A-7741", "Ａ－７７４１", "a-7741", " A-7741 "])
def test_a_reference_typed_in_another_width_is_the_same_person(aoi, typed):
    first, second = (factories.make_case(aoi, office_ref=ref) for ref in ("A-7741", typed))
    assert key_of(first) == key_of(second)


def test_the_same_reference_in_two_offices_is_two_people(aoi, kato):
    aois, katos = (factories.make_case(by, office_ref=REFERENCE) for by in (aoi, kato))
    assert key_of(aois) != key_of(katos)


def test_without_a_reference_a_case_has_no_key(aoi):
    for empty in ("", "　", "  "):
        assert key_of(factories.make_case(aoi, office_ref=empty)) is None


def test_the_reference_stands_nowhere_in_the_database(aoi, sato):
    case = factories.make_case(aoi, office_ref=REFERENCE)
    factories.send_back(case, by=sato)
    filings.revise(case, aoi, office_ref=f"{REFERENCE}2")
    dump = repr(databases.contents())
    assert case.number in dump
    assert [typed for typed in (REFERENCE, text.fold(REFERENCE)) if typed in dump] == []


def test_the_key_cannot_be_made_without_the_key_of_the_installation(app, aoi):
    office = min(aoi.organisation_ids(Role.AGENCY))
    made = filing.client_key(office, REFERENCE)
    app.config["CLIENT_KEY"] = "another key"
    assert filing.client_key(office, REFERENCE) != made


def test_the_key_stands_in_no_entry_of_the_audit_log(aoi):
    case = factories.make_case(aoi, office_ref=REFERENCE)
    entries = db.session.scalars(sa.select(AuditEntry.facts)).all()
    assert key_of(case) not in repr(entries)


def test_an_empty_reference_on_editing_keeps_the_person(aoi):
    case = factories.make_case(aoi, office_ref=REFERENCE)
    before = key_of(case)
    filings.revise(case, aoi, summary="買い物を毎週頼まれている。")
    assert key_of(case) == before


def test_a_new_reference_on_editing_is_another_person(aoi):
    case = factories.make_case(aoi, office_ref=REFERENCE)
    before = key_of(case)
    filings.revise(case, aoi, office_ref="別の番号")
    assert key_of(case) not in {None, before}


# --- about the same person ---


def test_two_cases_about_the_same_person_share_a_key(aoi):
    first = factories.make_case(by=aoi)
    second = factories.make_case(aoi, same_as=first.id)
    assert key_of(first) == key_of(second) is not None


def test_a_third_case_about_the_same_person_has_the_same_key(aoi):
    first = factories.make_case(aoi, office_ref=REFERENCE)
    kept = key_of(first)
    second = factories.make_case(aoi, same_as=first.id)
    third = factories.make_case(aoi, same_as=second.id)
    assert {key_of(case) for case in (first, second, third)} == {kept}


def test_people_joined_by_hand_are_not_joined_with_each_other(aoi):
    pairs = []
    for _ in range(2):
        first = factories.make_case(by=aoi)
        pairs.append(key_of(factories.make_case(aoi, same_as=first.id)))
    assert len(set(pairs)) == 2


def test_a_case_can_be_joined_while_it_is_changed(aoi):
    first, second = factories.make_case(by=aoi), factories.make_case(by=aoi)
    filings.revise(second, aoi, same_as=first.id)
    assert key_of(first) == key_of(second) is not None


def test_aoi_cannot_join_hers_with_a_case_of_katos_office(aoi, kato):
    other = factories.make_case(by=kato)
    assert refused_field(aoi, same_as=other.id) == "same_as"
    assert key_of(other) is None


@pytest.mark.parametrize("missing", [0, 999_999])
def test_aoi_cannot_join_hers_with_a_case_that_is_none(aoi, missing):
    assert refused_field(aoi, same_as=missing) == "same_as"


def test_sato_joins_only_cases_of_the_office_she_files_for(aoi, sato):
    hidamari = factories.person_called("hidamari")
    (office,) = aoi.organisation_ids(Role.AGENCY)
    other, own = factories.make_case(by=hidamari), factories.make_case(by=aoi)
    with pytest.raises(InvalidInputError) as refused:
        filings.file_for(office, sato, same_as=other.id)
    assert refused.value.field == "same_as"
    db.session.rollback()
    assert key_of(filings.file_for(office, sato, same_as=own.id)) == key_of(own)


# --- how the office sees the work ---


def test_a_class_of_ones_own_needs_a_reason(aoi):
    assert refused_field(aoi, work_class="C3") == "work_class_reason"


@pytest.mark.parametrize("said", ["C1", "C4"])
def test_a_class_of_ones_own_is_shown_with_its_reason(aoi, said):
    case = factories.make_case(aoi, work_class=said, work_class_reason="町が頼んできたため。")
    facts = reading.facts(queries.case_page(aoi, case.id))
    (shown,) = [value for _term, value in facts if "町が頼んできたため。" in value]
    (name,) = [one.name_ja for one in taxonomy.work_classes() if one.code == said]
    assert shown.startswith(name)


def test_not_decided_is_a_class_one_may_say(aoi):
    case = factories.make_case(aoi, work_class="open", work_class_reason="議論がある。")
    assert (reread(case).work_class, case.work_class_reason) == ("open", "議論がある。")


def test_a_class_that_is_none_is_refused(aoi):
    assert refused_field(aoi, work_class="C5", work_class_reason="理由") == "work_class"


# --- ticks ---


def ticked(case):
    """What is stored, as ticks."""
    rows = db.session.scalars(
        sa.select(CaseTick).where(CaseTick.case_id == case.id).order_by(CaseTick.id)
    ).all()
    return Ticks.of(rows)


def rows_of(case):
    """Keys of the stored rows: new rows have new ones."""
    ids = sa.select(CaseTick.id).where(CaseTick.case_id == case.id).order_by(CaseTick.id)
    return db.session.scalars(ids).all()


def step_of(code):
    """A step of the guidance for this type."""
    return taxonomy.help_for(code, the_clock.today()).guidance.steps[0].id


def every_kind(sato):
    """Ticks of every kind."""
    van = factories.make_resource(sato)
    return Ticks(
        household=frozenset({"ALONE", "NO_KIN"}),
        steps={step_of("HK01"): "TRIED"},
        resources={van.id: "FULL"},
        kinds={"RS_HOME": "NONE"},
        calls={"CENTRE": "NO_ANSWER"},
    )


def test_what_was_ticked_is_kept(aoi, sato):
    given = every_kind(sato)
    assert ticked(factories.make_case(aoi, ticks=given)) == given


def test_what_was_ticked_is_read_in_words_by_the_centre(aoi, sato):
    case = factories.make_case(aoi, ticks=every_kind(sato))
    panels = reading.remarks(sato, queries.get_case(sato, case.id))
    lines = [line for panel in panels for line in panel.lines]
    assert len(panels) == 4  # circumstances, steps, what was tried, calls
    assert len(lines) == 6
    assert ("見晴らし号", "いっぱいだった") in lines
    assert ("ひとり暮らし", "") in lines


@pytest.mark.parametrize(
    ("panel", "given"),
    [
        ("household", Ticks(household=frozenset({"ALONE", "RICH"}))),
        ("steps", Ticks(steps={999_999: "TRIED"})),
        ("tried", Ticks(resources={999_999: "FULL"})),
        ("tried", Ticks(kinds={"RS_NONE": "FULL"})),
        ("tried", Ticks(kinds={"RS_HOME": "PERHAPS"})),
        ("called", Ticks(calls={"NOBODY": "CAME"})),
        ("called", Ticks(calls={"FIRE": "PERHAPS"})),
    ],
)
def test_a_code_nobody_knows_is_refused_by_the_name_of_its_panel(aoi, panel, given):
    assert refused_field(aoi, ticks=given) == panel


def test_a_result_nobody_knows_is_refused_by_the_name_of_its_panel(aoi, sato):
    van = factories.make_resource(sato)
    assert refused_field(aoi, ticks=Ticks(steps={step_of("HK01"): "X"})) == "steps"
    assert refused_field(aoi, ticks=Ticks(resources={van.id: "X"})) == "tried"


def test_a_resource_of_another_town_is_refused(kato, tani):
    away = factories.make_resource(tani)
    assert refused_field(kato, ticks=Ticks(resources={away.id: "FULL"})) == "tried"


def test_a_resource_of_the_town_one_serves_across_the_border_is_taken(aoi, tani):
    away = factories.make_resource(tani)
    given = Ticks(resources={away.id: "FULL"})
    assert ticked(factories.make_case(aoi, ticks=given)) == given


def test_a_resource_being_prepared_is_refused(aoi, sato):
    planned = factories.make_resource(sato, status=ResourceStatus.PLANNED)
    assert refused_field(aoi, ticks=Ticks(resources={planned.id: "FULL"})) == "tried"


def test_ticks_left_as_they_were_are_not_written_anew(aoi, sato):
    given = every_kind(sato)
    case = factories.make_case(aoi, ticks=given)
    before = rows_of(case)
    filings.revise(case, aoi, ticks=given, summary="買い物を毎週頼まれている。")
    assert rows_of(case) == before


def test_changed_ticks_take_the_place_of_the_old_ones(aoi, sato):
    case = factories.make_case(aoi, ticks=every_kind(sato))
    given = Ticks(household=frozenset({"DEMENTIA"}), kinds={"RS_HOME": "COST"})
    filings.revise(case, aoi, ticks=given)
    assert ticked(case) == given


def test_ticks_can_all_be_taken_away(aoi, sato):
    case = factories.make_case(aoi, ticks=every_kind(sato))
    filings.revise(case, aoi)
    assert ticked(case) == Ticks()


def test_refused_ticks_leave_the_old_ones(aoi, sato):
    given = every_kind(sato)
    case = factories.make_case(aoi, ticks=given)
    with pytest.raises(InvalidInputError):
        filings.revise(case, aoi, ticks=Ticks(kinds={"RS_NONE": "FULL"}))
    db.session.rollback()
    assert ticked(case) == given


# --- adding ---


def added(case):
    """Sentences added to the case, in order."""
    steps = sa.select(CaseStep.sentence).where(
        CaseStep.case_id == case.id, CaseStep.kind == StepKind.ADDED
    )
    return db.session.scalars(steps.order_by(CaseStep.id)).all()


def stood(status, aoi, sato):
    """A case of Aoi that stands there."""
    case = factories.make_case(by=aoi)
    if status is CaseStatus.WITHDRAWN:
        return factories.withdraw(case, by=aoi)
    if status is CaseStatus.RETURNED:
        return factories.send_back(case, by=sato)
    if status is not CaseStatus.SUBMITTED:
        factories.accept(case, by=sato)
    if status in {CaseStatus.DISPOSED, CaseStatus.CLOSED}:
        factories.sort(case, sato, answer=factories.ANSWER if status is CaseStatus.CLOSED else "")
    return case


OPEN = (CaseStatus.SUBMITTED, CaseStatus.ACCEPTED, CaseStatus.DISPOSED)


@pytest.mark.parametrize("status", OPEN)
def test_aoi_adds_what_she_learnt_while_the_case_is_open(aoi, sato, status):
    case = filings.add_to(stood(status, aoi, sato), aoi, "翌週も頼まれた。")
    assert (added(case), reread(case).status) == (["翌週も頼まれた。"], status)


@pytest.mark.parametrize("status", sorted(set(CaseStatus) - set(OPEN)))
def test_nothing_is_added_where_another_step_is_the_way(aoi, sato, status):
    case = stood(status, aoi, sato)
    with pytest.raises(ConflictError):
        filings.add_to(case, aoi)


def test_a_colleague_of_aoi_may_add(aoi):
    case = factories.make_case(by=aoi)
    filings.add_to(case, factories.make_person("aoyama", case.organisation_id))
    assert len(added(case)) == 1


@pytest.mark.parametrize("login", ["kato", "sato", "nishi", "mori", "yama", "ono"])
def test_nobody_but_the_filers_office_adds(request, aoi, login):
    case = factories.make_case(by=aoi)
    with pytest.raises(NotAllowedError):
        filings.add_to(case, request.getfixturevalue(login))


def test_an_addition_needs_words(aoi):
    case = factories.make_case(by=aoi)
    with pytest.raises(InvalidInputError) as refused:
        filings.add_to(case, aoi, "")
    assert refused.value.field == "addition"


def test_an_addition_stands_in_the_history_and_moves_no_stage(aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    before = queries.case_page(sato, case.id).stages
    filings.add_to(case, aoi)
    page = queries.case_page(sato, case.id)
    assert (page.entries[-1].kind, page.entries[-1].sentence) == (
        StepKind.ADDED,
        "翌週も頼まれた。",
    )
    assert page.stages == before


def test_an_addition_is_one_entry_of_the_audit_log_without_its_words(aoi):
    case = filings.add_to(factories.make_case(by=aoi), aoi)
    verbs = Counter(db.session.scalars(sa.select(AuditEntry.verb)))
    assert verbs["case.added"] == 1
    assert "翌週" not in repr(db.session.scalars(sa.select(AuditEntry.facts)).all())
    assert policy.can_add(aoi, case)


def test_sato_takes_her_step_back_although_aoi_has_added_something(aoi, sato, clock):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    clock.move(minutes=5)
    filings.add_to(case, aoi)
    assert policy.can_undo(sato, queries.case_page(sato, case.id).last, clock.now())
    factories.undo(case, by=sato)
    assert (reread(case).status, len(added(case))) == (CaseStatus.SUBMITTED, 1)
