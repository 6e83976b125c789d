"""Everything of an issue that ended long ago goes, frozen copies too; what was counted stays."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.exchange.test_folder import _word_text
from tests.privacy.planting import PLANTED, SAID, Chain, fill, holding
from tracker.cases import tallies
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.erasing import ERASED
from tracker.issues.letters.service import digest as letter_digest
from tracker.jobs import retention
from tracker.meetings import freezing
from tracker.privacy.keeping import due

ELEVEN_YEARS = timedelta(days=366 * 11)


@pytest.fixture
def chain(aoi, sato, mori, hara, clock):
    return Chain(aoi, sato, mori, hara)


def retain():
    gone = retention.retain(the_clock.now())
    db.session.expire_all()
    return gone


def test_after_the_round_the_word_is_in_no_row_and_in_no_byte_of_the_file(chain, aoi, clock):
    chain.single(aoi)
    chain.end()
    before = fill()
    assert before <= holding(PLANTED)
    assert holding(PLANTED) - before >= {
        "agenda_items.evidence",
        "issue_letters.sheet",
        "paper_versions.paper",
        "text_revisions.text",
        "drafts.fields",
    }
    clock.move(days=ELEVEN_YEARS.days)
    gone = retain()
    assert holding(PLANTED) == set()
    assert (gone["issues"], gone["cases"]) == (1, 2)
    path = Path(db.engine.url.database)
    db.session.remove()
    db.engine.dispose()  # only now may the file be looked at: closing it would drop our locks
    for file in path.parent.glob(f"{path.name}*"):
        assert PLANTED.encode() not in file.read_bytes(), file.name


@pytest.mark.both
def test_numbers_figures_and_counts_are_as_they_were(chain, clock, sign_in, mori):
    chain.end()
    item, letter = chain.item, chain.letter
    figures = item.evidence["issues"][0]["evidence"]
    numbers = (chain.case.number, chain.issue.number, chain.action.number, letter.number)
    matrix = sign_in(mori).get("/matrix/?months=36").status_code, tallies.verify()
    counts = counted()
    clock.move(days=ELEVEN_YEARS.days)
    retain()
    assert counted() == counts
    assert (sign_in(mori).get("/matrix/?months=36").status_code, tallies.verify()) == matrix
    assert numbers == (chain.case.number, chain.issue.number, chain.action.number, letter.number)
    assert item.evidence["issues"][0]["evidence"] == figures
    assert letter.sheet["figures"]
    assert (chain.issue.status.value, chain.issue.title) == ("closed", ERASED)
    assert list(audit.verify({})) == []


def counted():
    """Rows of every table that is not only kept for days, and what cases add up to."""
    names = (
        "cases",
        "issues",
        "issue_cases",
        "actions",
        "meetings",
        "agenda_items",
        "case_tallies",
    )
    tables = [table for table in db.metadata.sorted_tables if table.name in names]
    totals = [db.session.scalar(sa.select(sa.func.count()).select_from(one)) for one in tables]
    sums = "select sum(times_handled * minutes_each), count(distinct act_type_code) from cases"
    return totals, tuple(db.session.execute(sa.text(sums)).one())


def test_a_frozen_sheet_keeps_its_first_hash_and_shows_any_other_change(chain, clock):
    item, first = chain.item, chain.item.evidence_hash
    assert freezing.holds(item.evidence, first)
    chain.end()
    clock.move(days=ELEVEN_YEARS.days)
    retain()
    assert item.evidence["issues"][0]["statement"] == ERASED
    assert item.evidence_hash == first
    assert not freezing.holds(item.evidence, first)
    assert freezing.holds(item.evidence, item.sheet_hash)
    assert item.erased_at == the_clock.now()
    changed = {**item.evidence, "at": "2020-01-01T00:00:00+09:00"}
    assert not freezing.holds(changed, item.sheet_hash)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "item.words_erased")
    ).one()
    assert entry.facts["now"] == {"evidence_hash": first, "left_hash": item.left_hash}


def test_letters_and_papers_keep_theirs_too(chain, clock):
    letter, paper = chain.letter, chain.paper
    firsts = letter.digest, paper.digest
    chain.end()
    clock.move(days=ELEVEN_YEARS.days)
    retain()
    assert (letter.digest, paper.digest) == firsts
    assert letter.left_hash == letter_digest(letter.sheet)
    assert letter.left_hash != letter.digest
    assert {paper.erased_at, letter.erased_at} == {the_clock.now()}


@pytest.mark.parametrize(("lang", "said"), [("ja", "消去されました"), ("en", "were erased on")])
def test_pages_and_papers_say_since_when_words_are_gone(chain, clock, sign_in, lang, said):
    chain.end()
    clock.move(days=ELEVEN_YEARS.days)
    retain()
    mori = sign_in(chain.mori)
    agenda = f"/meetings/{chain.meeting.id}/agenda"
    pages = [agenda, f"/meetings/{chain.meeting.id}/items/{chain.item.id}"]
    pages += [f"/issues/letters/{chain.letter.id}"]
    for url in pages:
        page = mori.get(f"{url}?lang={lang}")
        assert page.status_code == 200, url
        assert said in page.text, url
        assert ERASED in page.text, url
        assert "not the one that was frozen" not in page.text
    files = [f"/issues/letters/{chain.letter.id}/letter.docx"]
    files += [f"/meetings/versions/{chain.paper.id}/paper.docx"]
    for url in files:
        assert ERASED in _word_text(mori.get(url)), url
    assert said in _word_text(mori.get(f"/meetings/versions/{chain.paper.id}/paper.docx"))


def test_while_an_issue_is_open_the_texts_of_its_cases_stay(chain, clock):
    chain.case.duplicate_of_id = None
    db.session.execute(sa.text("UPDATE cases SET status = 'closed'"))
    db.session.commit()
    clock.move(days=ELEVEN_YEARS.days)
    assert retain()["cases"] == 0
    assert chain.case.summary == SAID


def test_the_years_of_a_case_begin_when_its_last_issue_is_closed(chain, clock):
    db.session.execute(sa.text("UPDATE cases SET status = 'closed'"))
    db.session.commit()
    clock.move(days=366 * 4)
    chain.end()
    clock.move(days=366 * 4)
    assert retain()["cases"] == 0
    clock.move(days=366 * 2)
    assert retain()["cases"] == 1
    assert (chain.case.summary, chain.issue.statement) == (ERASED, SAID)


def test_an_issue_stays_while_one_of_its_actions_is_at_work(chain, clock):
    chain.end()
    db.session.execute(sa.text("UPDATE actions SET stage = 'live'"))
    db.session.commit()
    clock.move(days=ELEVEN_YEARS.days)
    assert retain()["issues"] == 0
    assert chain.issue.statement == SAID


def test_words_left_beside_a_summary_that_was_taken_out_go_as_well(chain, clock):
    chain.end()
    db.session.execute(sa.text("UPDATE cases SET summary = :sign"), {"sign": ERASED})
    db.session.commit()
    clock.move(days=366 * 6)
    assert retain()["cases"] == 1
    assert chain.case.wanted == ERASED


def test_a_dry_run_counts_every_kind_and_changes_nothing(chain, clock):
    chain.end()
    clock.move(days=ELEVEN_YEARS.days)
    today = the_clock.today()
    times = due.times_of([chain.case.municipality_id])[chain.case.municipality_id]
    counts = {
        one.kind: one.count for one in due.town_counts(chain.case.municipality_id, times, today)
    }
    assert counts == {"cases": 1, "issues": 1, "candidates": 0, "meetings": 1}
    assert chain.issue.statement == SAID
    gone = retain()
    assert {kind: gone[kind] for kind in counts} == counts
    again = due.town_counts(chain.case.municipality_id, times, today)
    assert {one.count for one in again} == {0}
