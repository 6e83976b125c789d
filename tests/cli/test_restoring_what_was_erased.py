"""A backup that is put back holds texts again that were erased since: they are erased again."""

from datetime import timedelta
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa

from tests.factories import make_case
from tests.privacy.test_retention import everywhere
from tracker.cases.models import Case
from tracker.core import audit, backups
from tracker.core import clock as the_clock
from tracker.core.db import WRITING, db
from tracker.core.erasing import ERASED
from tracker.jobs import daily, heads
from tracker.privacy.keeping import again, outside, queries, service
from tracker.privacy.keeping.models import Redaction, RedactionOriginal, RedactionReason
from tracker.privacy.keeping.outside import Erasure
from tracker.privacy.keeping.service import Wish

WORDS = "くろまめ商店の隣"
SENTENCE = "住まいが分かるため。"


@pytest.fixture
def case(app, aoi):
    return make_case(aoi, summary=f"{WORDS}に住む。週に三回の通院。")


@pytest.fixture
def made(case, run, tmp_path, clock):
    """A backup of yesterday, in which nothing is erased."""
    path = tmp_path / "one.kakehashi"
    result = run("backup", str(path))
    assert result.exit_code == 0, result.output
    clock.move(days=1)
    return path


@pytest.fixture
def put_back(made, run):
    """Puts it back, and says what the command said."""

    def restore(*more, ends=0):
        result = run("restore", str(made), typed="\n".join([made.name, *more, ""]))
        assert result.exit_code == ends, result.output
        return result.output

    return restore


def take_out(case, by, *, words="", keep=False):
    record = queries.get_record(by, "cases", case.id)
    reason = RedactionReason.TELLS_PERSON
    wish = Wish(f"cases.{case.id}.summary", words, reason, SENTENCE, keep=keep)
    redaction = service.redact(record, wish, by=by, at=the_clock.now())
    db.session.commit()
    return redaction


def lose_the_live_database():
    """It cannot say any more what was taken out."""
    db.session.execute(sa.text("DROP TABLE redaction_originals"))
    db.session.execute(sa.text("DROP TABLE redactions"))
    db.session.commit()


def summary(case_id=1):
    db.session.rollback()
    return db.session.scalar(sa.select(Case.summary).where(Case.id == case_id))


def listed():
    return [
        (one.field, one.is_whole, one.reason, one.sentence)
        for one in db.session.scalars(sa.select(Redaction))
    ]


WHOLE = ("summary", True, RedactionReason.TELLS_PERSON, SENTENCE)


@pytest.mark.both
@pytest.mark.parametrize(("words", "left"), [("", ERASED), (WORDS, "■■■に住む。週に三回の通院。")])
def test_what_was_taken_out_stays_out_and_in_the_list(words, left, case, kansa, put_back, run):
    redaction = take_out(case, kansa, words=words)
    at = redaction.at
    assert "erased again, as it was after this backup: 1" in put_back()
    assert summary() == left
    db.session.rollback()
    assert WORDS not in everywhere()
    assert listed() == [("summary", not words, RedactionReason.TELLS_PERSON, SENTENCE)]
    assert db.session.scalars(sa.select(Redaction.at)).one() == at
    assert list(audit.verify(heads.noted_heads())) == []
    assert run("audit", "verify").exit_code == 0
    assert "erased again, as it was after this backup: 1" in put_back()  # and once more


def test_its_words_are_in_no_byte_of_the_database(case, kansa, put_back):
    take_out(case, kansa)
    put_back()
    path = Path(db.engine.url.database)
    db.session.remove()
    db.engine.dispose()  # only now may the file be looked at: closing it would drop our locks
    for file in [*path.parent.glob(f"{path.name}*"), outside.path()]:
        assert WORDS.encode() not in file.read_bytes(), file.name


@pytest.mark.parametrize(("words", "left"), [("", ERASED), (WORDS, "■■■に住む。週に三回の通院。")])
def test_the_file_beside_the_heads_is_enough(words, left, case, kansa, put_back):
    take_out(case, kansa, words=words)
    assert WORDS not in outside.path().read_text()
    assert SENTENCE not in outside.path().read_text()
    lose_the_live_database()
    assert "erased again, as it was after this backup: 1" in put_back()
    assert summary() == left
    assert listed() == [("summary", not words, RedactionReason.TELLS_PERSON, "")]


def test_the_live_database_is_enough(case, kansa, put_back):
    take_out(case, kansa)
    outside.path().unlink()
    put_back()
    assert (summary(), listed()) == (ERASED, [WHOLE])


def test_where_neither_is_there_it_says_so_and_asks(case, kansa, put_back):
    take_out(case, kansa)
    lose_the_live_database()
    outside.path().unlink()
    said = put_back("", ends=1)
    assert "Nobody can say what was erased after it was made" in said
    assert "The live data is as it was" in said
    assert summary() == ERASED
    put_back("without")
    assert WORDS in summary()


def test_of_a_file_that_was_cut_off_the_rest_counts_after_asking(case, aoi, kansa, made, put_back):
    with outside.path().open("w") as file:
        file.write('{"kind":"text","at":"2026-')
    take_out(case, kansa)
    lose_the_live_database()
    assert "not there or not whole" in put_back("", ends=1)
    put_back("without")
    assert summary() == ERASED


def test_a_backup_of_an_older_schema_is_brought_up_to_date_first(case, kansa, run, tmp_path, clock):
    db.session.rollback()
    flask_migrate.downgrade()
    path = tmp_path / "old.kakehashi"
    assert run("backup", str(path)).exit_code == 0
    WRITING.set(True)
    flask_migrate.upgrade()
    clock.move(days=1)
    take_out(case, kansa)
    result = run("restore", str(path), typed=f"{path.name}\n")
    assert result.exit_code == 0, result.output
    assert (summary(), listed()) == (ERASED, [WHOLE])


def test_what_was_kept_aside_comes_back_until_its_day_and_not_longer(case, kansa, put_back, clock):
    redaction = take_out(case, kansa, keep=True)
    until = db.session.get_one(RedactionOriginal, redaction.id).until
    put_back()
    original = db.session.scalars(sa.select(RedactionOriginal)).one()
    assert (WORDS in original.text, original.until) == (True, until)
    clock.move(days=(until - the_clock.today()).days + 1)
    put_back()
    assert (db.session.scalars(sa.select(RedactionOriginal)).all(), listed()) == ([], [WHOLE])


def test_what_was_kept_aside_and_then_deleted_does_not_come_back(case, kansa, run, tmp_path, clock):
    redaction = take_out(case, kansa, keep=True)
    path = tmp_path / "kept.kakehashi"
    assert run("backup", str(path)).exit_code == 0
    clock.move(days=1)
    service.forget_original(redaction, by=kansa, at=the_clock.now())
    db.session.commit()
    assert run("restore", str(path), typed=f"{path.name}\n").exit_code == 0
    assert db.session.scalars(sa.select(RedactionOriginal)).all() == []
    assert listed() == [WHOLE]


def test_all_texts_of_a_record_stay_erased_and_later_records_are_not_missed(case, aoi, put_back):
    later = make_case(aoi)
    service.erase("cases", case.municipality_id, [case.id, later.id], at=the_clock.now())
    db.session.commit()
    lose_the_live_database()
    assert "erased again, as it was after this backup: 1" in put_back()
    assert summary() == ERASED


def test_another_record_that_got_the_same_number_keeps_its_words(case):
    moment, town = the_clock.now().isoformat(), case.municipality_id
    one = Erasure(outside.ALL, moment, town, "cases", case.id, "another first entry")
    assert again.erase_again([one], at=the_clock.now()) == 0
    assert WORDS in summary()


def test_the_round_of_retention_runs_at_once(case, aoi, made, put_back, clock):
    db.session.execute(sa.text("UPDATE cases SET status = 'withdrawn'"))
    db.session.commit()
    path = made.with_name("two.kakehashi")
    backups.take(path, at=the_clock.now(), heads=[])
    made.unlink()
    path.rename(made)
    clock.move(days=366 * 6)
    assert "past its time, cases: 1 erased" in put_back()
    assert summary() == ERASED


def test_what_is_rolled_back_leaves_no_line(case):
    service.erase("cases", case.municipality_id, [case.id], at=the_clock.now())
    db.session.rollback()
    db.session.commit()
    assert not outside.path().exists() or outside.path().read_text() == ""


def test_when_it_cannot_be_made_ready_the_live_data_is_as_it_was(case, kansa, made, put_back):
    take_out(case, kansa)
    line = outside.path().read_text().replace("tells_person", "no such reason")
    outside.path().write_text(line)
    lose_the_live_database()
    said = put_back(ends=1)
    assert "live data is as it was" in said
    assert summary() == ERASED


def test_old_backups_go_also_while_no_new_one_can_be_made(app, clock, tmp_path):
    folder = tmp_path / "kept"
    folder.mkdir()
    for age in (36, 3, 0):
        moment = the_clock.now() - timedelta(days=age)
        (folder / backups.name_for(moment)).touch()
    app.config["BACKUP_DIR"] = str(folder)
    with pytest.raises(backups.BackupError):  # one of this moment is there already
        daily.back_up(the_clock.now())
    assert len(list(folder.iterdir())) == 2
