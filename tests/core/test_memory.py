"""What is read on every page is kept in the process, and read again when it changes."""

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.core import memory
from tracker.core.db import db
from tracker.taxonomy import queries, shelf
from tracker.taxonomy.models import ActType, Code, CodeList


@pytest.fixture(autouse=True)
def nothing_known(app):
    """The process has just begun."""
    shelf.forget()


@pytest.mark.both
def test_the_taxonomy_is_read_once(app, statements, clock):
    queries.act_types(clock.now().date())
    with statements() as seen:
        queries.act_types(clock.now().date())
        queries.codes(CodeList.GAP)
        queries.help_for("HK03", clock.now().date())
    assert seen == []


@pytest.mark.both
def test_a_new_type_is_known_at_once(app, clock):
    queries.act_types(clock.now().date())
    factories.make_act_type("HK98")
    assert queries.get_act_type("HK98").code == "HK98"


def test_a_changed_type_is_known_at_once(app):
    queries.get_act_type("HK03")
    db.session.get_one(ActType, "HK03").name_en = "Another name"
    db.session.flush()
    assert queries.get_act_type("HK03").name_en == "Another name"


def test_what_another_process_changed_is_known_after_a_minute(app, monkeypatch):
    queries.codes(CodeList.GAP)
    beside = sa.update(Code.__table__).where(Code.code == "G1").values(name_en="Nothing there")
    db.session.execute(beside)
    assert queries.codes(CodeList.GAP)[CodeList.GAP]["G1"].name_en != "Nothing there"
    later = memory.monotonic() + memory.KEPT_SECONDS + 1
    monkeypatch.setattr(memory, "monotonic", lambda: later)
    assert queries.codes(CodeList.GAP)[CodeList.GAP]["G1"].name_en == "Nothing there"


def test_what_is_kept_belongs_to_no_session(app):
    kept = shelf.shelf().act_types[0]
    assert kept not in db.session
    db.session.rollback()
    assert kept.name_ja
