"""Texts that are past their time are nowhere; numbers, codes and counts stay."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.cases import filing, tallies
from tracker.cases.models import Case, CaseStep
from tracker.core import clock as the_clock
from tracker.core import drafts
from tracker.core.audit import AuditEntry, TextRevision
from tracker.core.db import Model, db
from tracker.core.drafts import Draft
from tracker.core.erasing import ERASED
from tracker.core.traces import AccessTrace
from tracker.intake.sorting.models import CaseNote
from tracker.issues.models import IssueStatus
from tracker.jobs import retention
from tracker.meetings.minutes.models import MinutesText
from tracker.meetings.models import AgendaItem
from tracker.privacy.keeping import queries
from tracker.privacy.keeping.service import sweep_up

SIX_YEARS = timedelta(days=365 * 6 + 2)
PLANTED = "くろまめ煮物"


def closed_case(aoi, sato):
    """A case with planted words in every place, answered."""
    case = factories.make_case(aoi, summary=f"{PLANTED}を届けた。", wanted=f"{PLANTED}の配達")
    draft = factories.case_draft(case.area_id, summary=f"{PLANTED}を毎日届けた。", wanted=PLANTED)
    filing.revise_case(case, draft, by=aoi, at=the_clock.now(), today=the_clock.today())
    factories.accept(case, by=sato)
    factories.sort(case, by=sato, answer=f"{PLANTED}は社協が届けます。")
    db.session.add(
        CaseNote(case_id=case.id, person_id=sato.person_id, note=PLANTED, at=the_clock.now())
    )
    drafts.save(aoi.person_id, f"case-{case.id}", {"addition": PLANTED}, at=the_clock.now())
    db.session.commit()
    return case


def everywhere():
    """Every row of every table, as one text."""
    with db.engine.connect() as connection:
        return "\n".join(
            repr(row)
            for table in Model.metadata.sorted_tables
            for row in connection.execute(sa.select(table))
        )


@pytest.mark.both
def test_words_of_an_old_case_are_nowhere_afterwards(app, aoi, sato, clock):
    case = closed_case(aoi, sato)
    assert everywhere().count(PLANTED) >= 7
    number, kept = case.number, tallies.verify()
    clock.move(days=SIX_YEARS.days)
    retention.retain(the_clock.now())
    assert PLANTED not in everywhere()
    db.session.expire_all()
    case = db.session.get_one(Case, case.id)
    assert (case.number, case.summary, case.wanted) == (number, ERASED, ERASED)
    assert case.minutes_total
    assert kept is tallies.verify() is None


def test_words_are_gone_from_the_bytes_of_the_file_and_its_journal(app, aoi, sato, clock):
    closed_case(aoi, sato)
    path = Path(db.engine.url.database)
    clock.move(days=SIX_YEARS.days)
    retention.retain(the_clock.now())
    assert db.session.scalar(sa.text("PRAGMA secure_delete")) == 1
    sweep_up()
    db.session.remove()
    db.engine.dispose()  # only now may the file be looked at: closing it would drop our locks
    for file in path.parent.glob(f"{path.name}*"):
        assert PLANTED.encode() not in file.read_bytes(), file.name


def test_what_is_open_or_young_stays(app, aoi, sato, clock):
    waiting = factories.accept(factories.make_case(aoi, summary=PLANTED), by=sato)
    clock.move(days=SIX_YEARS.days)
    young = closed_case(aoi, sato)
    retention.retain(the_clock.now())
    db.session.expire_all()
    assert waiting.summary == PLANTED
    assert PLANTED in young.summary


def test_a_dry_run_counts_and_erases_nothing(app, aoi, sato, kansa, clock, sign_in):
    case = closed_case(aoi, sato)
    clock.move(days=SIX_YEARS.days)
    due = queries.due_in_town(kansa, case.municipality_id, today=the_clock.today())
    assert {one.kind: one.count for one in due if one.count} == {"cases": 1}
    page = sign_in(kansa).get("/audit/keeping?lang=en").text
    assert "Texts of cases that have ended" in page
    db.session.expire_all()
    assert PLANTED in case.summary
    retention.retain(the_clock.now())
    due = queries.due_in_town(kansa, case.municipality_id, today=the_clock.today())
    assert {one.count for one in due} == {0}


def test_the_log_says_that_it_was_erased_by_nobody(app, aoi, sato, clock):
    case = closed_case(aoi, sato)
    clock.move(days=SIX_YEARS.days)
    retention.retain(the_clock.now())
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "case.texts_erased")
    ).one()
    assert (entry.subject_id, entry.actor_id) == (case.id, None)


def test_the_round_finds_nothing_a_second_time(app, aoi, sato, clock):
    closed_case(aoi, sato)
    clock.move(days=SIX_YEARS.days)
    assert retention.retain(the_clock.now())["cases"] == 1
    assert retention.retain(the_clock.now())["cases"] == 0


def test_minutes_and_talk_go_after_ten_years_and_outcomes_stay(app, aoi, sato, mori, clock):
    meeting = factories.plan_meeting(mori)
    case = factories.accept(factories.make_case(aoi), by=sato)
    issue = factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)
    item = factories.put_on_agenda(meeting, issue, by=mori)
    item.discussion = PLANTED
    text = MinutesText(
        meeting_id=meeting.id, number=1, text=PLANTED, made_by_id=1, made_at=the_clock.now()
    )
    db.session.add(text)
    db.session.commit()
    clock.move(days=366 * 9)
    retention.retain(the_clock.now())
    assert db.session.get_one(AgendaItem, item.id).discussion == PLANTED
    clock.move(days=366 * 2)
    retention.retain(the_clock.now())
    db.session.expire_all()
    item = db.session.get_one(AgendaItem, item.id)
    assert (item.discussion, db.session.get_one(MinutesText, text.id).text) == (ERASED, ERASED)
    assert PLANTED not in item.search_text
    assert item.question


@pytest.mark.both
def test_rows_of_the_installation_go_after_their_days(app, aoi, clock):
    drafts.save(aoi.person_id, "case", {"summary": PLANTED}, at=the_clock.now())
    db.session.add(
        AccessTrace(at=the_clock.now(), person_id=aoi.person_id, subject="cases", subject_id=1)
    )
    db.session.commit()
    clock.move(days=31)
    retention.retain(the_clock.now())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Draft)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessTrace)) == 1
    clock.move(days=1100)
    retention.retain(the_clock.now())
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessTrace)) == 0


def test_earlier_versions_and_the_history_read_as_erased(app, aoi, sato, clock):
    case = closed_case(aoi, sato)
    clock.move(days=SIX_YEARS.days)
    retention.retain(the_clock.now())
    texts = db.session.scalars(sa.select(TextRevision.text).where(TextRevision.subject == "cases"))
    assert set(texts) == {ERASED}
    said = db.session.scalars(sa.select(CaseStep.sentence).where(CaseStep.case_id == case.id))
    assert set(said) <= {"", ERASED}
