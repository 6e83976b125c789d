"""The daily round: what is kept too long goes, the heads of the audit log are noted outside."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.models import SignInAttempt, SignInSession
from tracker.core import audit, drafts, request_keys
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.drafts import Draft
from tracker.core.jobs import Job
from tracker.core.request_keys import RequestKey
from tracker.jobs import daily, heads


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


def jobs_by_kind():
    return {job.kind: job for job in db.session.scalars(sa.select(Job).order_by(Job.id))}


# What goes, and what stays.


@pytest.mark.both
@pytest.mark.parametrize(("days", "left"), [(29, 1), (30, 1), (31, 0)])
def test_a_draft_stays_for_thirty_days(app, work, clock, aoi, days, left):
    drafts.save(aoi.person_id, "case", {"summary": "買い物のこと"}, at=clock.now())
    db.session.commit()
    work(clock, days=days)
    assert count(Draft) == left


def test_a_draft_saved_again_stays_for_thirty_days_more(app, work, clock, aoi):
    for _time in range(2):
        drafts.save(aoi.person_id, "case", {"summary": "買い物のこと"}, at=clock.now())
        db.session.commit()
        clock.move(days=20)
    work()
    assert count(Draft) == 1


@pytest.mark.both
@pytest.mark.parametrize(("days", "left"), [(1, 1), (3, 0)])
def test_the_key_of_a_form_is_forgotten_after_two_days(app, work, clock, aoi, days, left):
    request_keys.use(aoi.person_id, "a key", {}, at=clock.now())
    db.session.commit()
    work(clock, days=days)
    assert count(RequestKey) == left


@pytest.mark.both
@pytest.mark.parametrize(("days", "left"), [(34, 1), (36, 0)])
def test_a_try_at_signing_in_is_forgotten_after_35_days(app, client, work, clock, days, left):
    client.post_form("/sign-in", {"login": "aoi", "password": "not this one"})
    work(clock, days=days)
    assert count(SignInAttempt) == left


@pytest.mark.parametrize(("days", "left"), [(34, 1), (36, 0)])
def test_a_session_is_forgotten_35_days_after_it_was_used(
    app, sign_in, work, clock, aoi, days, left
):
    sign_in(aoi)
    work(clock, days=days)
    assert count(SignInSession) == left


def test_a_case_stays(app, work, clock, aoi):
    case = factories.make_case(by=aoi)
    work(clock, days=400)
    assert db.session.get_one(type(case), case.id).summary


# The heads of the audit log.


def lines(app):
    return Path(app.config["AUDIT_HEADS_FILE"]).read_text("ascii").splitlines()


def test_each_chain_is_noted_with_its_day_length_and_seal(app, work, aoi):
    factories.make_case(by=aoi)
    work()
    at = the_clock.now().isoformat()
    assert lines(app) == [f"{at} {c} {n} {seal}" for c, n, seal in audit.heads()]


def test_every_note_of_a_chain_counts(app, work, clock, aoi):
    work()
    first = audit.heads()
    factories.make_case(by=aoi)
    work(clock, days=1)
    assert set(heads.noted_heads()) == {*first, *audit.heads()}


def test_before_the_first_round_nothing_is_noted(app):
    assert heads.noted_heads() == []


def test_the_noted_heads_find_a_log_that_was_cut(app, work, aoi):
    factories.make_case(by=aoi)
    work()
    db.session.execute(sa.text("DROP TRIGGER audit_entries_no_delete"))
    db.session.execute(sa.text("DELETE FROM audit_entries WHERE chain = 98201"))
    db.session.execute(sa.text("DELETE FROM audit_chains WHERE chain = 98201"))
    db.session.commit()
    assert [found.chain for found in audit.verify(heads.noted_heads())] == [98201]


def test_what_was_written_is_noted_within_a_minute(app, work, clock, aoi):
    work()
    factories.make_case(by=aoi)
    work(clock, seconds=30)
    assert set(heads.noted_heads()) != set(audit.heads())
    work(clock, seconds=30)
    assert set(audit.heads()) <= set(heads.noted_heads())
    noted = len(lines(app))
    work(clock, minutes=1)
    assert len(lines(app)) == noted


def test_the_end_of_a_chain_cut_within_the_day_is_found(app, work, clock, aoi):
    work()
    whole = next(head for head in audit.heads() if head.chain == 98201)
    factories.make_case(by=aoi)
    work(clock, minutes=1)
    db.session.execute(sa.text("DROP TRIGGER audit_entries_no_delete"))
    cut = {"position": whole.position, "chain": whole.chain, "head": whole.seal}
    beyond = "WHERE chain = :chain AND position > :position"
    db.session.execute(sa.text(f"DELETE FROM audit_entries {beyond}"), cut)  # noqa: S608
    former = "UPDATE audit_chains SET length = :position, head = :head WHERE chain = :chain"
    db.session.execute(sa.text(former), cut)
    db.session.commit()
    (found,) = audit.verify(heads.noted_heads())
    assert (found.position, found.reason) == (whole.position + 1, "differs from the noted head")


def test_after_a_backup_was_put_back_later_notes_do_not_count(app, work, clock, aoi):
    work()
    former = audit.heads()
    path = Path(app.config["AUDIT_HEADS_FILE"])
    with path.open("a", encoding="ascii") as file:
        file.writelines(f"later {h.chain} {h.position + 5} {'a' * 64}\n" for h in former)
    assert len(list(audit.verify(heads.noted_heads()))) == len(former)
    heads.note_restored(clock.now())
    assert list(audit.verify(heads.noted_heads())) == []


def test_notes_are_for_nobody_else_to_read(app, work):
    work()
    assert Path(app.config["AUDIT_HEADS_FILE"]).stat().st_mode & 0o077 == 0


# Once a day, whatever happens.


def test_the_round_of_a_day_is_done_once(app, work, clock):
    work()
    noted = len(lines(app))
    for _round in range(3):
        work(clock, minutes=10)
    assert len(lines(app)) == noted


@pytest.mark.both
def test_asking_twice_a_day_asks_once(app, clock):
    for _time in range(2):
        daily.plan(the_clock.today(), clock.now())
        db.session.commit()
    assert count(Job) == len(daily.DAILY)


def test_the_next_day_has_a_round_of_its_own(app, work, clock):
    work()
    work(clock, days=1)
    assert count(Job) == 2 * len(daily.DAILY)


def test_a_day_ends_at_midnight_in_japan(app, work, clock):
    work(clock, hours=13, minutes=59)  # Tuesday, 23:59
    work(clock, minutes=1)
    assert count(Job) == 2 * len(daily.DAILY)


def test_all_is_done_in_one_round(app, work):
    work()
    assert all(job.done_at for job in jobs_by_kind().values())


@pytest.fixture
def no_disk(app, tmp_path):
    """The disk on which the heads are noted is not there."""
    app.config["AUDIT_HEADS_FILE"] = str(tmp_path / "unplugged" / "heads.txt")


def test_a_job_that_fails_is_put_off(no_disk, work, clock):
    work()
    job = jobs_by_kind()["note-audit-heads"]
    assert (job.done_at, job.attempts, job.error) == (None, 1, "FileNotFoundError")
    assert job.due_at == clock.now() + timedelta(minutes=1)


def test_a_job_that_fails_does_not_keep_the_others_from_being_done(no_disk, work):
    work()
    undone = [kind for kind, job in jobs_by_kind().items() if not job.done_at]
    assert undone == ["note-audit-heads"]


def test_a_job_that_failed_is_done_when_the_disk_is_back(no_disk, app, work, clock, tmp_path):
    work()
    (tmp_path / "unplugged").mkdir()
    work(clock, minutes=1)
    assert jobs_by_kind()["note-audit-heads"].done_at == clock.now()


def test_a_job_that_failed_eight_times_is_given_up(no_disk, work, clock):
    for _round in range(9):
        work(clock, minutes=65)
    given_up = sa.select(Job).where(Job.given_up_at.is_not(None)).order_by(Job.id)
    (job,) = db.session.scalars(given_up)
    assert (job.kind, job.attempts) == ("note-audit-heads", 8)


def test_what_a_job_had_done_before_it_failed_is_taken_back(app, work, clock, aoi, monkeypatch):
    drafts.save(aoi.person_id, "case", {"summary": "買い物のこと"}, at=clock.now())
    db.session.commit()

    def half(at):
        daily.expire_drafts(at)
        raise OSError("the lights went out")

    monkeypatch.setitem(daily.DAILY, "expire-drafts", half)
    monkeypatch.delitem(daily.DAILY, "retain")  # it would see to old drafts as well
    work(clock, days=31)
    assert count(Draft) == 1


def test_the_worker_lives_on_after_an_error(app, work, clock):
    db.session.execute(
        sa.insert(Job).values(kind="gone", key="gone", payload={}, due_at=clock.now(), attempts=0)
    )  # a job of an older version that nobody knows any more
    db.session.commit()
    work()
    assert jobs_by_kind()["gone"].error == "KeyError"
    assert all(jobs_by_kind()[kind].done_at for kind in daily.DAILY)
