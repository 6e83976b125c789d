"""A large file waits for a second person: who is told, who answers, and what the asker hears."""

import pytest
import sqlalchemy as sa

from tests.clock import Clock
from tests.factories import make_case, make_many
from tests.taking_out import ask
from tracker.accounts.models import Person
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, NotAllowedError
from tracker.core.outbox import OutboxMail
from tracker.jobs import daily
from tracker.notifications.models import Event, Notice
from tracker.privacy.exports import policy, queries, service, telling


@pytest.fixture
def large(aoi, mori):
    """1,001 cases of the town, asked for by Mori."""
    make_many(make_case(aoi), 1000)
    return ask(mori)


def told(event):
    """Who was told of it, by sign-in name."""
    rows = sa.select(Person.login).join(Notice, Notice.person_id == Person.id)
    return set(db.session.scalars(rows.where(Notice.event == event).order_by(Person.login)))


def mails_waiting(event):
    waiting = OutboxMail.stopped_at.is_(None), OutboxMail.sent_at.is_(None)
    found = sa.select(sa.func.count(OutboxMail.id)).where(OutboxMail.event == event, *waiting)
    return db.session.scalar(found)


def answer(export, by, *, agrees, why_not=""):
    service.answer(export, agrees=agrees, by=by, at=the_clock.now(), why_not=why_not)
    db.session.commit()


def test_whoever_may_agree_finds_it_at_home_and_as_a_notice(sign_in, large, hara, kansa, mori):
    assert {"hara", "kansa"} <= told(Event.EXPORT_ASKED)
    assert "mori" not in told(Event.EXPORT_ASKED)
    for person in (hara, kansa):
        browser = sign_in(person)
        assert "/audit/exports/" in browser.get("/").text
        assert f'href="/audit/exports/{large.id}"' in browser.get("/audit/exports/").text
        assert "同意が求められています" in browser.get("/notices/").text
    assert queries.awaiting_count(mori, at=the_clock.now()) == 0


@pytest.mark.both
def test_those_who_are_told_are_those_who_may_agree(
    app, large, aoi, kato, sato, nishi, mori, hara, yama, iin, ono, tani, ken, kanri, kansa
):
    everybody = (aoi, kato, sato, nishi, mori, hara, yama, iin, ono, tani, ken, kanri, kansa)
    ids = {person.id for person in telling.may_agree(large, today=the_clock.today())}
    allowed = {one.person_id for one in everybody if policy.can_agree(one, large)}
    assert ids & {one.person_id for one in everybody} == allowed
    waiting = {o.person_id for o in everybody if queries.awaiting(o, at=the_clock.now())}
    assert waiting == allowed


def test_mori_hears_that_hara_agreed_and_kansa_is_no_longer_asked(app, large, hara, kansa):
    answer(large, hara, agrees=True)
    assert told(Event.EXPORT_AGREED) == {"mori"}
    assert mails_waiting(Event.EXPORT_ASKED) == 0
    assert queries.awaiting(kansa, at=the_clock.now()) == []


def test_a_refusal_says_why_and_the_log_holds_only_its_hash(app, large, hara):
    answer(large, hara, agrees=False, why_not="月を絞れば足りる。")
    assert told(Event.EXPORT_REFUSED) == {"mori"}
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "export.declined"))
    facts = entry.one().facts
    assert list(facts["texts"]) == ["answer_note"]
    assert "絞れば" not in str(facts)


def test_after_a_week_nobody_can_agree_and_mori_hears_so_once(
    sign_in, large, hara, mori, clock: Clock
):
    clock.move(days=7, seconds=1)
    with pytest.raises(ConflictError):
        answer(large, hara, agrees=True)
    for _day in range(2):
        daily.end_waiting_exports(the_clock.now())
        db.session.commit()
        clock.move(days=1)
    assert told(Event.EXPORT_EXPIRED) == {"mori"}
    assert (
        db.session.scalar(
            sa.select(sa.func.count(Notice.id)).where(Notice.event == Event.EXPORT_EXPIRED)
        )
        == 1
    )
    assert "1週間" in sign_in(mori).get(f"/audit/exports/{large.id}").text
    assert queries.awaiting(hara, at=the_clock.now()) == []


def test_who_asks_never_agrees_whatever_else_they_are(app, large, mori):
    with pytest.raises(NotAllowedError):
        answer(large, mori, agrees=True)
    with pytest.raises(NotAllowedError):
        answer(large, mori, agrees=False, why_not="やめる。")


def test_a_small_file_asks_nobody(app, aoi, mori):
    make_case(aoi)
    ask(mori)
    assert told(Event.EXPORT_ASKED) == set()
