"""Past cases from a file: the same file twice, all or nothing, and taking it back."""

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from tests import factories, past_cases, regroup
from tests.databases import contents
from tests.past_cases import HEAD, checked, counts, faults, past_row, past_rows, taken_in
from tracker.accounts.roles import Role
from tracker.cases import filing
from tracker.cases import queries as cases
from tracker.cases.models import Case, CaseStatus, CaseStep, CaseTick, Channel, StepKind
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotFoundError
from tracker.core.jobs import Job
from tracker.exchange.imports import applying, checking, queries, service, writing
from tracker.exchange.imports.rows import Matching
from tracker.exchange.models import BatchStatus, ImportRow
from tracker.jobs import daily, imports
from tracker.notifications.models import Notice


def all_cases():
    return db.session.scalars(sa.select(Case).order_by(Case.id)).all()


def stored():
    """Every row there is, outside the transaction of the test."""
    db.session.rollback()
    return contents()


def only_case():
    (case,) = all_cases()
    return case


# What becomes of a row.


@pytest.mark.both
def test_a_row_becomes_a_case_that_the_filing_page_could_have_made(app, aoi):
    taken_in(aoi, past_row(household="ひとり暮らし、認知症"))
    by_hand = factories.make_case(by=aoi, occurred_month=date(2026, 4, 1))
    imported = all_cases()[0]
    other = {"id", "number", "serial", "channel", "import_batch_id", "row_key"}
    differs = {
        column.key
        for column in Case.__table__.columns
        if getattr(imported, column.key) != getattr(by_hand, column.key)
    }
    assert differs == other
    assert (imported.channel, imported.number) == (Channel.IMPORT, "R8-98201-0001")
    ticks = db.session.scalars(sa.select(CaseTick.code).order_by(CaseTick.code))
    assert list(ticks) == ["ALONE", "DEMENTIA"]


@pytest.mark.both
def test_every_case_has_its_step_and_its_sealed_entry(app, aoi):
    taken_in(aoi, *past_rows(7))
    factories.make_case(by=aoi)
    steps = db.session.scalars(sa.select(CaseStep).order_by(CaseStep.id)).all()
    assert [(step.kind, step.became) for step in steps] == [
        (StepKind.FILED, CaseStatus.SUBMITTED)
    ] * 8
    assert len({step.act for step in steps[:7]}) == 1
    filed = sa.select(AuditEntry).where(AuditEntry.verb == "case.filed").order_by(AuditEntry.id)
    entries = db.session.scalars(filed).all()
    assert [entry.subject_id for entry in entries] == [case.id for case in all_cases()]
    assert list(audit.verify({})) == []


def test_numbers_go_on_where_the_last_one_was(app, aoi):
    factories.make_case(by=aoi)
    taken_in(aoi, *past_rows(3))
    factories.make_case(by=aoi)
    assert [case.serial for case in all_cases()] == [1, 2, 3, 4, 5]


def test_rows_of_two_towns_are_numbered_in_each(app, aoi):
    rows = [past_row(summary=f"相談{n}", area_id=area) for n, area in enumerate(["東圏域", "全域"])]
    taken_in(aoi, *rows)
    assert [case.number for case in all_cases()] == ["R8-98201-0001", "R8-98321-0001"]


def test_nobody_is_told(app, aoi):
    taken_in(aoi, *past_rows(3))
    assert db.session.scalars(sa.select(Notice)).all() == []


def test_the_office_s_own_reference_is_only_kept_as_a_hash(app, aoi):
    batch = taken_in(aoi, past_row(office_ref="佐藤はなこ-17"))
    case = only_case()
    assert case.client_key == filing.client_key(case.organisation_id, "佐藤はなこ-17")
    assert "はなこ" not in str(stored())
    assert batch.head["columns"] == HEAD


def test_a_column_that_is_not_matched_is_not_kept(app, aoi):
    checked(aoi, [*past_row(), "山田太郎"], head=[*HEAD, "利用者氏名"])
    assert "山田太郎" not in str(stored())


# The same again.


@pytest.mark.both
@pytest.mark.parametrize("numbered", [True, False])
def test_the_same_file_again_makes_no_copy(app, aoi, numbered):
    rows = list(past_rows(5))
    rows = rows if numbered else [["", *row[1:]] for row in rows]
    taken_in(aoi, *rows)
    again = checked(aoi, *rows)
    assert counts(again) == (0, 0, 5, 0)
    with pytest.raises(ConflictError):
        past_cases.take_in(again, aoi)
    assert len(all_cases()) == 5


def test_the_same_file_is_told_to_have_been_taken_in(app, aoi):
    first = taken_in(aoi, *past_rows(2))
    assert queries.taken_in_before(checked(aoi, *past_rows(2))) == first


def test_width_and_case_make_no_other_row(app, aoi):
    taken_in(aoi, past_row(summary="ＡＢＣさんの　サービス"))
    again = checked(aoi, past_row(summary="abcさんのｻｰﾋﾞｽ"))
    assert counts(again) == (0, 1, 0, 0), "the same row, with other words"


def test_a_row_twice_in_one_file_is_told_by_the_first(app, aoi):
    batch = checked(aoi, past_row(), past_row(summary="別の相談"), past_row())
    (row,) = queries.bad_rows(batch.id)
    assert (row.number, row.errors["errors"]) == (4, [["row_id", "twice", {"row": 2}]])


@pytest.mark.both
def test_two_imports_of_the_same_rows_make_them_once(app, aoi):
    first, second = (checked(aoi, *past_rows(3)) for _time in range(2))
    past_cases.take_in(first, aoi)
    past_cases.take_in(second, aoi)
    assert (second.status, second.error) == (BatchStatus.READY, applying.MOVED)
    assert counts(second) == (0, 0, 3, 0)
    assert len(all_cases()) == 3


# Changes.


@pytest.mark.both
def test_a_changed_row_changes_its_case(app, aoi):
    taken_in(aoi, past_row(row_id="7", household="ALONE"))
    was = only_case().version
    batch = checked(
        aoi, past_row(row_id="7", minutes_each="５５分", household="", summary="別の話")
    )
    (row,) = queries.staged(batch.id)
    assert counts(batch) == (0, 1, 0, 0)
    past_cases.take_in(batch, aoi)
    case = only_case()
    assert (case.minutes_each, case.summary, case.version) == (55, "別の話", was + 1)
    assert case.search_text.startswith("別の話")
    assert db.session.scalars(sa.select(CaseTick)).all() == []
    kept = db.session.scalars(sa.select(TextRevision)).one()
    assert (kept.field, kept.text) == ("summary", past_cases.ROW["summary"])
    assert list(audit.verify({})) == []


def test_what_no_column_speaks_of_stays(app, aoi):
    case = factories.make_case(by=aoi, danger="LIFE", extra_answer="答え", extra_question="問い")
    number = case.number
    batch = checked(aoi, [*past_row(minutes_each="41"), number], head=[*HEAD, "事例番号"])
    past_cases.take_in(batch, aoi)
    case = only_case()
    assert (case.minutes_each, case.danger, case.extra_answer) == (41, "LIFE", "答え")


@pytest.mark.both
def test_a_case_that_was_sent_back_is_submitted_again(app, aoi, sato):
    taken_in(aoi, past_row(row_id="7"))
    factories.send_back(only_case(), by=sato)
    taken_in(aoi, past_row(row_id="7", minutes_each="55"))
    case = only_case()
    assert case.status is CaseStatus.SUBMITTED
    assert cases.last_step(case.id).kind is StepKind.RESUBMITTED


def test_an_accepted_case_is_not_changed(app, aoi, sato):
    taken_in(aoi, past_row(row_id="7"))
    factories.accept(only_case(), by=sato)
    assert counts(checked(aoi, past_row(row_id="7"))) == (0, 0, 1, 0)
    changed = checked(aoi, past_row(row_id="7", minutes_each="55"))
    assert faults(changed) == [(2, "row_id", "gone_on")]


def test_the_number_of_another_office_s_case_is_none(app, aoi, kato):
    foreign = factories.make_case(by=kato)
    batch = checked(aoi, [*past_row(), foreign.number], head=[*HEAD, "事例番号"])
    assert faults(batch) == [(2, "number", "no_case")]


def test_a_case_accepted_between_looking_and_taking_in_stops_the_import(app, aoi, sato):
    taken_in(aoi, past_row(row_id="7"))
    batch = checked(aoi, past_row(row_id="7", minutes_each="55"), past_row(row_id="8"))
    factories.accept(only_case(), by=sato)
    past_cases.take_in(batch, aoi)
    assert (batch.status, batch.error, counts(batch)) == (
        BatchStatus.READY,
        applying.MOVED,
        (1, 0, 0, 1),
    )
    assert only_case().minutes_each == 40


# All or nothing.


def test_a_bad_row_keeps_all_out_unless_the_good_ones_are_asked_for(app, aoi):
    batch = checked(aoi, *past_rows(3), past_row(gap="そのほか"))
    with pytest.raises(ConflictError):
        past_cases.take_in(batch, aoi)
    db.session.rollback()
    past_cases.take_in(batch, aoi, only_good=True)
    assert (batch.status, batch.applied, len(all_cases())) == (BatchStatus.DONE, 3, 3)


@pytest.mark.both
@pytest.mark.parametrize("step", ["insert_ticks", "insert_steps", "change_many"])
def test_an_error_in_the_middle_leaves_nothing(app, aoi, monkeypatch, step):
    taken_in(aoi, past_row(row_id="0"))
    batch = checked(aoi, past_row(row_id="0", minutes_each="55"), *past_rows(3))
    service.take_in(batch, only_good=False, version=batch.version, by=aoi, at=the_clock.now())
    db.session.commit()
    before = stored()

    def breaks(*_args, **_more):
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(writing, step, breaks)
        with pytest.raises(OSError, match="full"):
            imports.apply({"batch_id": batch.id}, the_clock.now())
        db.session.rollback()
    assert stored() == before
    past_cases.work(batch, imports.apply)
    assert (batch.status, len(all_cases())) == (BatchStatus.DONE, 4)


@pytest.mark.both
def test_a_job_done_twice_takes_in_once(app, aoi):
    batch = taken_in(aoi, *past_rows(3))
    before = stored()
    past_cases.work(batch, imports.apply)
    past_cases.work(batch, imports.check)
    assert stored() == before


def test_the_gate_is_asked_once_more_before_writing(app, aoi):
    batch = checked(aoi, *past_rows(2))
    row = db.session.scalars(sa.select(ImportRow).order_by(ImportRow.id).limit(1)).one()
    said = {**row.values["said"], "wanted": "マイナンバー 1234 5678 9018"}
    row.values = {**row.values, "said": said}
    db.session.commit()
    past_cases.take_in(batch, aoi)
    assert (batch.status, all_cases()) == (BatchStatus.FAILED, [])


def test_many_rows_are_checked_by_the_worker_in_steps(app, aoi, monkeypatch):
    monkeypatch.setattr(checking, "AT_ONCE", 100)
    batch = past_cases.begun(aoi, *past_rows(service.AT_ONCE + 1))
    version = batch.version + 1
    service.match_columns(batch, Matching.of(batch.mapping), by=aoi, at=the_clock.now())
    db.session.commit()
    job = db.session.scalars(sa.select(Job).where(Job.kind == service.CHECK)).one()
    assert (job.key, batch.status) == (f"import-check-{batch.id}-{version}", BatchStatus.CHECKING)
    past_cases.work(batch, imports.check)
    assert (batch.status, batch.checked, counts(batch)) == (BatchStatus.READY, 201, (201, 0, 0, 0))


def test_an_import_thrown_away_while_it_is_checked_stays_away(app, aoi):
    batch = past_cases.begun(aoi, *past_rows(service.AT_ONCE + 1))
    service.match_columns(batch, Matching.of(batch.mapping), by=aoi, at=the_clock.now())
    service.discard(batch, by=aoi, at=the_clock.now())
    db.session.commit()
    past_cases.work(batch, imports.check)
    assert (batch.status, batch.checked) == (BatchStatus.DISCARDED, 0)


# Taking it back.


@pytest.fixture
def mixed(app, aoi):
    """An import that made two cases and changed one."""
    taken_in(aoi, past_row(row_id="0", household="ALONE"))
    return taken_in(aoi, past_row(row_id="0", minutes_each="55"), *past_rows(2))


def undo(batch, by):
    applying.undo(batch, by=by, at=the_clock.now())
    db.session.commit()


@pytest.mark.both
def test_taking_back_withdraws_the_new_and_restores_the_changed(mixed, aoi):
    undo(mixed, aoi)
    changed, *new = all_cases()
    assert (changed.minutes_each, changed.status) == (40, CaseStatus.SUBMITTED)
    ticks = sa.select(CaseTick.code).where(CaseTick.case_id == changed.id)
    assert db.session.scalars(ticks).all() == ["ALONE"]
    assert [case.status for case in new] == [CaseStatus.WITHDRAWN] * 2
    assert cases.last_step(changed.id).kind is StepKind.FILED
    assert mixed.status is BatchStatus.UNDONE
    assert list(audit.verify({})) == []


def test_cases_of_an_import_taken_back_match_nothing(mixed, aoi):
    undo(mixed, aoi)
    assert counts(checked(aoi, *past_rows(2))) == (2, 0, 0, 0)


@pytest.mark.both
def test_what_was_sent_back_stands_there_again_after_taking_back(app, aoi, sato):
    taken_in(aoi, past_row(row_id="7"))
    factories.send_back(only_case(), by=sato)
    undo(taken_in(aoi, past_row(row_id="7", minutes_each="55")), aoi)
    assert only_case().status is CaseStatus.RETURNED


def test_an_accepted_case_keeps_the_import_from_being_taken_back(mixed, aoi, sato):
    factories.accept(all_cases()[1], by=sato)
    with pytest.raises(ConflictError, match="1"):
        undo(mixed, aoi)


def test_a_case_changed_since_keeps_the_import_from_being_taken_back(mixed, aoi):
    case = cases.get_case(aoi, all_cases()[0].id)
    draft = replace(filing.CaseDraft.of(case), minutes_each=56)
    at, today = the_clock.now(), the_clock.today()
    filing.revise_case(case, draft, by=aoi, at=at, today=today)
    db.session.commit()
    with pytest.raises(ConflictError):
        undo(mixed, aoi)


def test_a_case_another_stands_for_keeps_the_import_from_being_taken_back(mixed, aoi, sato):
    double = all_cases()[1]
    regroup.mark(double, factories.make_case(by=aoi), sato)
    with pytest.raises(ConflictError, match="1"):
        undo(mixed, aoi)


@pytest.mark.parametrize(("hours", "may"), [(24, True), (25, False)])
def test_it_can_be_taken_back_for_a_day(mixed, aoi, clock, hours, may):
    clock.move(hours=hours)
    if may:
        undo(mixed, aoi)
    else:
        with pytest.raises(ConflictError):
            undo(mixed, aoi)


@pytest.mark.both
@pytest.mark.parametrize(("days", "left"), [(29, True), (31, False)])
def test_rows_are_forgotten_after_thirty_days(mixed, aoi, clock, days, left):
    lying = past_cases.begun(aoi, *past_rows(2))
    clock.move(days=days)
    daily.forget_imports(clock.now())
    db.session.commit()
    db.session.expire_all()
    assert bool(db.session.scalars(sa.select(ImportRow)).all()) is left
    assert (lying.status is BatchStatus.DISCARDED) is not left
    assert mixed.status is BatchStatus.DONE


# Whose it is.


def test_a_centre_imports_for_an_office_of_its_town(app, aoi, sato, nishi, kato):
    office = min(aoi.organisation_ids(Role.AGENCY))
    batch = taken_in(sato, past_row(), office=office)
    case = only_case()
    assert (case.organisation_id, case.filed_by_id, case.channel) == (
        office,
        sato.person_id,
        Channel.IMPORT,
    )
    step = db.session.scalars(sa.select(CaseStep)).one()
    assert step.organisation_id in sato.organisation_ids(Role.CENTRE)
    again = checked(sato, past_row(minutes_each="55"), office=office)
    assert counts(again) == (0, 1, 0, 0), "what was imported on behalf may be corrected so"
    for person in (aoi, sato):
        assert queries.get_batch(person, batch.id) == batch
    for person in (nishi, kato):
        with pytest.raises(NotFoundError):
            queries.get_batch(person, batch.id)


def test_a_centre_does_not_change_what_the_office_filed_itself(app, aoi, sato):
    taken_in(aoi, past_row(row_id="7"))
    office = min(aoi.organisation_ids(Role.AGENCY))
    batch = checked(sato, past_row(row_id="7", minutes_each="55"), office=office)
    assert faults(batch) == [(2, "row_id", "not_yours")]


def test_whoever_left_the_office_has_nothing_taken_in(app, aoi):
    batch = checked(aoi, *past_rows(2))
    service.take_in(batch, only_good=False, version=batch.version, by=aoi, at=the_clock.now())
    db.session.execute(sa.text("update memberships set until_on = :d"), {"d": date(2026, 11, 1)})
    db.session.execute(sa.text("update memberships set from_on = :d"), {"d": date(2026, 10, 1)})
    db.session.commit()
    past_cases.work(batch, imports.apply)
    assert (batch.status, batch.error, all_cases()) == (BatchStatus.FAILED, imports.REFUSED, [])


# Matching the columns.


def test_a_matching_is_remembered_for_the_same_headings(app, aoi):
    head = ["いつ", *HEAD[3:]]
    row = past_row()
    batch = past_cases.begun(aoi, [row[2], *row[3:]], head=head)
    assert "occurred_month" not in Matching.of(batch.mapping).columns
    columns = {**Matching.of(batch.mapping).columns, "occurred_month": 0}
    past_cases.matched(batch, aoi, Matching(columns))
    again = past_cases.begun(aoi, [row[2], *row[3:]], head=head)
    assert Matching.of(again.mapping).columns == columns


def test_one_answer_for_all_rows_stands_in_for_a_column(app, aoi):
    at = HEAD.index("緊急度")
    head, row = HEAD[:at] + HEAD[at + 1 :], past_row()
    batch = past_cases.begun(aoi, row[:at] + row[at + 1 :], head=head)
    columns = Matching.of(batch.mapping).columns
    with pytest.raises(InvalidInputError) as refused:
        past_cases.matched(batch, aoi, Matching(columns))
    assert refused.value.field == "column_urgency"
    db.session.rollback()
    past_cases.take_in(past_cases.matched(batch, aoi, Matching(columns, {"urgency": "E3"})), aoi)
    assert only_case().urgency == "E3"


def test_one_column_holds_one_thing(app, aoi):
    batch = past_cases.begun(aoi, past_row())
    columns = {**Matching.of(batch.mapping).columns, "wanted": HEAD.index("内容")}
    with pytest.raises(InvalidInputError):
        past_cases.matched(batch, aoi, Matching(columns))


def test_a_month_not_yet_begun_is_refused_also_when_it_was_checked_long_ago(app, aoi, clock):
    batch = checked(aoi, past_row(occurred_month="2023-11"))
    assert counts(batch) == (1, 0, 0, 0)
    clock.move(days=40)
    past_cases.take_in(batch, aoi)
    assert (batch.status, all_cases()) == (BatchStatus.READY, [])
