"""The audit log: one sealed entry for every verb, and no way to change it unseen."""

import hashlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from tests import factories
from tracker.accounts import service as accounts
from tracker.accounts.models import Person
from tracker.accounts.roles import Role
from tracker.cases import filing
from tracker.cases.models import Disposition
from tracker.core import audit, clock
from tracker.core.audit import AuditChain, AuditEntry, Break, TextRevision
from tracker.core.db import db
from tracker.core.errors import ConflictError

pytestmark = pytest.mark.both
PREFECTURE, MIHARASHI, KAWASE = 98000, 98201, 98321
NOTED = ()  # nothing was noted outside the database


def breaks(heads=NOTED):
    """What `verify` finds, the test's own changes being stored."""
    db.session.commit()
    db.session.expire_all()
    return list(audit.verify(heads))


def entries(chain=MIHARASHI):
    rows = sa.select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.position)
    return db.session.scalars(rows).all()


# What an entry says.

STEPS = {
    "case.accepted": lambda case, aoi, sato: factories.accept(case, by=sato),
    "case.returned": lambda case, aoi, sato: factories.send_back(case, by=sato),
    "case.withdrawn": lambda case, aoi, sato: factories.withdraw(case, by=aoi),
}


@pytest.mark.parametrize("verb", STEPS)
def test_a_step_leaves_one_entry(app, aoi, sato, verb):
    case = factories.make_case(by=aoi)
    before = len(entries())
    STEPS[verb](case, aoi, sato)
    (entry,) = entries()[before:]
    assert (entry.verb, entry.subject, entry.subject_id) == (verb, "cases", case.id)


def test_filing_leaves_one_entry_with_who_and_when(app, aoi):
    before = len(entries())
    case = factories.make_case(by=aoi)
    (entry,) = entries()[before:]
    assert (entry.verb, entry.subject_id, entry.actor_id) == ("case.filed", case.id, aoi.person_id)
    assert entry.at == clock.now()


def test_an_entry_tells_what_the_state_was_and_is(app, aoi, sato):
    case = factories.make_case(by=aoi)
    factories.accept(case, by=sato)
    entry = entries()[-1]
    assert (entry.facts["was"], entry.facts["now"]) == (
        {"status": "submitted"},
        {"status": "accepted"},
    )


def test_sorting_with_an_answer_is_two_verbs_and_two_entries(app, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    before = len(entries())
    factories.sort(case, by=sato, answer=factories.ANSWER)
    assert [e.verb for e in entries()[before:]] == ["case.disposed", "case.answered"]


def test_taking_a_step_back_is_an_entry_too(app, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    factories.undo(case, by=sato)
    assert [e.verb for e in entries()[-2:]] == ["case.accepted", "case.undone"]


@pytest.mark.parametrize(
    ("verb", "act"),
    [
        ("person.added", lambda mori: factories.make_person("niiyama", 1)),
        (
            "invitation.made",
            lambda mori: factories.invite(mori, min(mori.organisation_ids()), Role.OFFICER),
        ),
        ("person.disabled", lambda mori: _disable(mori)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_done_to_accounts_leaves_one_entry(app, mori, verb, act):
    before = len(entries(audit.INSTALLATION))
    act(mori)
    assert [e.verb for e in entries(audit.INSTALLATION)[before:]] == [verb]


def _disable(person):
    accounts.disable_person(db.session.get_one(Person, person.person_id), at=clock.now())
    db.session.commit()


def test_what_a_person_does_on_one_click_carries_one_request_id(app, sign_in, aoi):
    case = factories.make_case(by=aoi)
    page = f"/cases/{case.id}"
    sign_in(aoi).post_form(page, to=f"{page}/withdraw")
    entry = entries()[-1]
    assert (entry.verb, len(entry.request_id)) == ("case.withdrawn", 16)


def test_a_case_of_another_town_is_in_the_chain_of_that_town(app, ono):
    factories.make_case(by=ono)
    assert entries(KAWASE)[-1].verb == "case.filed"


def test_a_refused_step_leaves_no_entry(app, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    before = len(entries())
    with pytest.raises(ConflictError):
        filing.withdraw_case(case, by=aoi, at=clock.now())
    db.session.rollback()
    assert len(entries()) == before


# No text in it.


def test_no_word_of_a_case_stands_in_the_log(app, aoi, sato):
    words = {"summary": "桜餅の話をした。", "wanted": "柏餅の配達"}
    case = factories.accept(factories.make_case(by=aoi, **words), by=sato)
    factories.sort(case, by=sato, disposition=Disposition.TO_ISSUE, answer="草餅をお届けします。")
    log = " ".join(str(entry.facts) for entry in entries())
    assert not [word for word in ("桜餅", "柏餅", "草餅") if word in log]


def test_a_text_is_in_the_log_as_its_hash(app, aoi):
    factories.make_case(by=aoi, summary="桜餅の話をした。")
    digest = hashlib.sha256("桜餅の話をした。".encode()).hexdigest()
    assert entries()[-1].facts["texts"]["summary"] == digest


def test_a_replaced_text_is_kept_beside_the_log_where_it_can_be_erased(app, aoi):
    case = factories.make_case(by=aoi, summary="古い話をした。")
    draft = factories.case_draft(case.area_id, summary="新しい話をした。")
    filing.revise_case(case, draft, by=aoi, at=clock.now(), today=clock.today())
    db.session.execute(sa.update(TextRevision).values(text=""))
    assert breaks() == []


# The chain.


@pytest.fixture
def five(app, aoi):
    """A chain with five entries about cases of Aoi; the first entries are the demo's towns'."""
    for _case in range(5):
        factories.make_case(by=aoi)
    return entries()


def test_chains_hold(five):
    assert breaks() == []


def test_positions_have_no_gap(five):
    assert [entry.position for entry in entries()] == list(range(1, len(five) + 1))


def test_an_entry_said_in_another_time_zone_still_verifies(app, aoi):
    person = db.session.get_one(Person, aoi.person_id)
    audit.record(aoi, "person.changed", person, at=clock.local(clock.now()))
    assert breaks() == []


def test_chains_hold_after_the_clock_and_the_people_changed(app, clock, aoi, ono, sato):
    for person in (aoi, ono, aoi):
        factories.make_case(by=person)
        clock.move(hours=7, microseconds=3)
    assert breaks() == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entries SET verb = 'x'", "DELETE FROM audit_entries"]
)
def test_the_database_itself_refuses_to_change_the_log(five, statement):
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text(statement))
    db.session.rollback()


def test_the_log_cannot_be_emptied_at_once(five, database):
    if database.kind == "sqlite":  # has no TRUNCATE; its DELETE without WHERE is refused above
        return
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text("TRUNCATE audit_entries"))
    db.session.rollback()


# Tampering, by somebody who can write to the database but does not have the key.


@pytest.fixture
def tamper(five):
    """SQL by somebody who has dropped the trigger."""
    on_table = " ON audit_entries" if db.engine.dialect.name == "postgresql" else ""
    for name in ("audit_entries_no_update", "audit_entries_no_delete"):
        db.session.execute(sa.text(f"DROP TRIGGER IF EXISTS {name}{on_table}"))

    def execute(statement, **values):
        values = {"chain": MIHARASHI, **values}
        names = set(sa.text(statement)._bindparams)
        db.session.execute(sa.text(statement), {n: v for n, v in values.items() if n in names})

    return execute


CHANGES = {
    "verb": "'case.accepted'",
    "actor_id": "1 + actor_id",
    "subject": "'people'",
    "subject_id": "subject_id + 1",
    "request_id": "'another'",
    "facts": "'{}'",
    "seal": "previous",
    "previous": "seal",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_entry_is_named(tamper, five, column):
    place = len(five) - 2
    tamper(
        f"UPDATE audit_entries SET {column} = {CHANGES[column]}"  # noqa: S608 - our own words
        " WHERE chain = :chain AND position = :place",
        place=place,
    )
    assert breaks() == [Break(MIHARASHI, place, "the entry was changed")]


def test_an_entry_of_an_earlier_time_is_named(tamper, five):
    entry = entries()[2]
    later = sa.update(AuditEntry).where(AuditEntry.id == entry.id)
    db.session.execute(later.values(at=entry.at + timedelta(microseconds=1)))
    assert breaks() == [Break(MIHARASHI, 3, "the entry was changed")]


def test_a_removed_entry_is_named(tamper, five):
    tamper("DELETE FROM audit_entries WHERE chain = :chain AND position = 3")
    assert breaks() == [Break(MIHARASHI, 3, "an entry is missing")]


def test_a_removed_entry_is_named_even_when_the_others_move_up(tamper, five):
    tamper("DELETE FROM audit_entries WHERE chain = :chain AND position = 3")
    for position in range(4, len(five) + 1):
        tamper(
            "UPDATE audit_entries SET position = position - 1"
            " WHERE chain = :chain AND position = :place",
            place=position,
        )
    tamper("UPDATE audit_chains SET length = length - 1 WHERE chain = :chain")
    assert breaks() == [Break(MIHARASHI, 3, "the entry was changed")]


def _copy_to(tamper, position):
    tamper(
        "INSERT INTO audit_entries (chain, position, at, actor_id, verb, subject, subject_id,"
        " request_id, facts, previous, seal) SELECT chain, :place, at, actor_id, verb, subject,"
        " subject_id, request_id, facts, previous, seal FROM audit_entries"
        " WHERE chain = :chain AND position = 1",
        place=position,
    )


def test_an_entry_put_in_between_is_named(tamper, five):
    for position in range(len(five), 2, -1):
        tamper(
            "UPDATE audit_entries SET position = position + 1"
            " WHERE chain = :chain AND position = :place",
            place=position,
        )
    _copy_to(tamper, 3)
    assert breaks() == [Break(MIHARASHI, 3, "the entry was changed")]


def test_an_entry_put_at_the_end_is_named(tamper, five):
    _copy_to(tamper, len(five) + 1)
    assert breaks() == [Break(MIHARASHI, len(five) + 1, "the entry was changed")]


def test_the_first_of_two_swapped_entries_is_named(tamper, five):
    for old, new in ((2, 1000), (4, 2), (1000, 4)):
        tamper(
            "UPDATE audit_entries SET position = :new WHERE chain = :chain AND position = :old",
            old=old,
            new=new,
        )
    assert breaks() == [Break(MIHARASHI, 2, "the entry was changed")]


def test_a_cut_tail_is_named(tamper, five):
    tamper("DELETE FROM audit_entries WHERE chain = :chain AND position > 3")
    assert breaks() == [Break(MIHARASHI, 4, "the end of the chain is missing")]


def _cut_and_patch(tamper, length):
    """The tail is gone and `audit_chains` says that it was always so."""
    tamper("DELETE FROM audit_entries WHERE chain = :chain AND position > :length", length=length)
    tamper(
        "UPDATE audit_chains SET length = :length, head = (SELECT seal FROM audit_entries"
        " WHERE chain = :chain AND position = :length) WHERE chain = :chain",
        length=length,
    )


def test_a_cut_tail_with_a_patched_length_is_seen_by_the_seal_of_the_length(tamper, five):
    _cut_and_patch(tamper, 3)
    assert breaks() == [Break(MIHARASHI, 4, "where the chain ends was changed")]


def test_a_cut_tail_with_a_patched_length_shows_by_the_heads_noted_outside(tamper, five):
    noted = audit.heads()
    _cut_and_patch(tamper, 3)
    (found,) = breaks(noted)
    assert (found.chain, found.reason) == (MIHARASHI, "differs from the noted head")


def test_the_first_entry_of_a_cut_tail_is_named_by_the_noted_heads(tamper, five):
    noted = audit.heads()
    _cut_and_patch(tamper, 3)
    assert breaks(noted)[0].position == 4


def test_a_chain_that_went_on_since_its_head_was_noted_holds(five, aoi):
    noted = audit.heads()
    factories.make_case(by=aoi)
    assert breaks(noted) == []


def test_a_chain_written_anew_without_the_key_is_found_at_its_first_entry(tamper, five):
    previous = audit.FIRST
    for entry in entries():
        entry.verb, entry.previous = "case.looked_at", previous
        previous = entry.seal = audit.seal(entry, "not the key")
    tamper("UPDATE audit_chains SET head = :head WHERE chain = :chain", head=previous)
    assert breaks() == [Break(MIHARASHI, 1, "the entry was changed")]


def test_a_chain_written_anew_with_the_key_shows_by_the_heads_noted_outside(tamper, five):
    noted, previous = audit.heads(), audit.FIRST
    for entry in entries():
        entry.verb, entry.previous = "case.looked_at", previous
        previous = entry.seal = audit.seal(entry, current_app.config["AUDIT_KEY"])
    tamper("UPDATE audit_chains SET head = :head WHERE chain = :chain", head=previous)
    (found,) = breaks(noted)
    assert (found.chain, found.reason) == (MIHARASHI, "differs from the noted head")


def test_a_chain_that_is_gone_shows_by_the_heads_noted_outside(tamper, five):
    noted = audit.heads()
    tamper("DELETE FROM audit_entries WHERE chain = :chain")
    tamper("DELETE FROM audit_chains WHERE chain = :chain")
    assert breaks(noted) == [Break(MIHARASHI, 1, "the whole chain is gone")]


def test_entries_of_a_chain_whose_length_was_removed_are_found(tamper, five):
    tamper("DELETE FROM audit_chains WHERE chain = :chain")
    tamper("UPDATE audit_entries SET verb = 'x' WHERE chain = :chain AND position = 2")
    assert [found.chain for found in breaks()] == [MIHARASHI]


def test_each_broken_chain_is_named_once(tamper, five, ono):
    factories.make_case(by=ono)
    tamper("UPDATE audit_entries SET verb = 'x'")
    assert [(found.chain, found.position) for found in breaks()] == [
        (audit.INSTALLATION, 1),
        (PREFECTURE, 1),
        (MIHARASHI, 1),
        (KAWASE, 1),
    ]


# Several at once.


def test_four_people_at_once_leave_a_chain_without_gap_or_fork(app, aoi):
    app = current_app._get_current_object()
    start, many = threading.Barrier(4), 8
    db.session.rollback()

    def work():
        start.wait(10)
        with app.app_context():
            for _time in range(many):
                person = db.session.get_one(Person, aoi.person_id)
                audit.record(aoi, "person.changed", person, at=clock.now())
                db.session.commit()
            db.session.remove()

    before = len(entries(audit.INSTALLATION))
    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work) for _ in range(4)]:
            done.result()
    chain = entries(audit.INSTALLATION)
    assert [entry.position for entry in chain] == list(range(1, before + 4 * many + 1))
    assert all(b.previous == a.seal for a, b in itertools.pairwise(chain))
    assert breaks() == []


def test_towns_have_chains_of_their_own(app, aoi, ono):
    factories.make_case(by=aoi)
    factories.make_case(by=ono)
    lengths = {c.chain: c.length for c in db.session.scalars(sa.select(AuditChain))}
    assert lengths[MIHARASHI] == len(entries(MIHARASHI))
    assert lengths[KAWASE] == len(entries(KAWASE))
