"""The commands an operator types: what they answer, and what is true afterwards."""

import pytest
import sqlalchemy as sa

from tests import databases, factories
from tests.cli.conftest import run_in
from tracker import demo
from tracker.accounts import queries
from tracker.accounts.models import Membership, Municipality, Organisation, Person
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.cases.models import Case
from tracker.config import PREFIX, SETTINGS
from tracker.core import audit, health
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.jobs import daily
from tracker.taxonomy.models import ActType

PASSWORD = factories.PASSWORD
AOBA = "あおばケアプラン室"


def count(model):
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


# init.


@pytest.fixture
def new(database, tmp_path, clock):
    """An application on a database nothing has been done to."""
    app = databases.build_app(database.empty(), tmp_path)
    with app.app_context():
        yield app
    databases.let_go(app)


@pytest.mark.both
def test_init_makes_a_database_that_is_well(new):
    result = run_in(new, "init")
    assert (result.exit_code, health.problems()) == (0, [])
    assert "1959 municipalities added" in result.output


@pytest.mark.both
def test_init_brings_the_lists_and_no_people(new):
    run_in(new, "init")
    assert (count(Municipality), count(ActType) > 30, count(Person)) == (1959, True, 0)


def test_init_the_log_cannot_be_changed_from_the_start(new):
    run_in(new, "init")
    statement = "select count(*) from sqlite_master where type = 'trigger'"
    assert db.session.scalar(sa.text(statement)) >= 2


def test_init_a_second_time_adds_nothing_and_loses_nothing(app, run, aoi):
    factories.make_case(by=aoi)
    before = databases.row_counts()
    result = run("init")
    assert (result.exit_code, databases.row_counts()) == (0, before)
    assert " 0 municipalities added" in result.output


# user add, user disable.


def add(run, login="haru", **changes):
    """`user add` for a care manager of Aoba."""
    options = {"name": "春野 みち", "role": "agency", "organisation": AOBA, "municipality": "98201"}
    words = [w for name, value in {**options, **changes}.items() for w in (f"--{name}", value)]
    return run("user", "add", login, *words, "--password", PASSWORD)


@pytest.mark.both
def test_an_account_that_was_added_can_sign_in(run, client, enter):
    result = add(run)
    assert (result.exit_code, "haru can sign in." in result.output) == (0, True)
    assert enter(client, "haru", PASSWORD).status_code == 303


def test_an_account_that_was_added_belongs_to_its_office(run):
    add(run)
    (standing,) = viewer_of(queries.find_person("haru").id, today=the_clock.today()).standings
    home = queries.find_organisation(AOBA, 98201)
    assert (standing.role, standing.organisation_id, standing.may_invite) == (
        Role.AGENCY,
        home.id,
        True,
    )


def test_a_membership_from_the_command_line_stands_in_the_log_of_the_town(run):
    add(run)
    entry = db.session.scalars(sa.select(AuditEntry).filter_by(verb="membership.added")).one()
    person = queries.find_person("haru")
    assert (entry.chain, entry.actor_id) == (98201, None)
    assert (entry.facts["now"]["person"], entry.facts["now"]["role"]) == (person.id, "agency")


def test_check_names_a_membership_that_does_not_fit_its_organisation(run, kato):
    factories.join(queries.find_person("kato"), min(kato.organisation_ids()), Role.OFFICER)
    result = run("check")
    assert "kato is officer in かえで居宅介護支援事業所 (agency)" in result.output
    assert "mori is" not in result.output


def test_the_password_is_asked_for_twice_when_it_is_not_given(run, client, enter):
    words = ["--name", "春野", "--role", "agency", "--organisation", AOBA]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    result = run("user", "add", "haru", *words, "--municipality", "98201", typed=typed)
    assert (result.exit_code, PASSWORD in result.output) == (0, False)
    assert enter(client, "haru", PASSWORD).status_code == 303


def test_an_organisation_that_is_not_there_is_made_when_its_kind_is_said(run):
    add(run, role="officer", organisation="那覇市 高齢福祉課", municipality="47201", kind="office")
    assert queries.find_organisation("那覇市 高齢福祉課", 47201).kind.value == "office"


REFUSED = {  # what is wrong → options, a word of the answer
    "an organisation nobody knows": ({"organisation": "みなと"}, "--kind makes it"),
    "a town nobody knows": (
        {"organisation": "みなと", "kind": "agency", "municipality": "99999"},
        "No municipality 99999",
    ),
    "a role that is none": ({"role": "king"}, "king"),
    "a role that is none there": ({"role": "officer"}, "agency: officer is no role there"),
    "a kind that is none": ({"kind": "castle"}, "castle"),
    "a town that is no number": ({"municipality": "那覇"}, "那覇"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_leaves_no_half_account(run, case):
    changes, word = REFUSED[case]
    people, entries = count(Person), count(AuditEntry)
    result = add(run, **changes)
    assert (result.exit_code != 0, word in result.output) == (True, True)
    assert (count(Person), count(AuditEntry)) == (people, entries)


def test_a_name_that_is_taken_is_refused(run):
    result = add(run, login="aoi")
    assert (result.exit_code, "すでに使われています" in result.output) == (1, True)


def test_a_password_that_is_easy_to_guess_is_refused(run):
    words = [
        "--name",
        "春野",
        "--role",
        "agency",
        "--organisation",
        AOBA,
        "--municipality",
        "98201",
    ]
    for password in ("kakehashi-demo", "あおばケアプラン室あおば", "春野のあおばケアプラン室"):
        assert run("user", "add", "haru", *words, "--password", password).exit_code == 1
        assert queries.find_person("haru") is None


def test_adding_somebody_is_in_the_audit_log(run):
    before = db.session.scalar(sa.select(sa.func.max(AuditEntry.id))) or 0
    add(run)
    new = sa.select(AuditEntry.verb).where(AuditEntry.id > before).order_by(AuditEntry.id)
    assert db.session.scalars(new).all() == ["person.added", "membership.added"]


@pytest.mark.both
def test_an_account_that_was_closed_is_out_at_once(run, sign_in, aoi):
    browser = sign_in(aoi)
    result = run("user", "disable", "aoi")
    assert (result.exit_code, "aoi cannot sign in any more." in result.output) == (0, True)
    assert browser.get("/").status_code == 303


def test_closing_an_account_that_is_not_there_is_said(run):
    result = run("user", "disable", "nobody")
    assert (result.exit_code, "There is no account 'nobody'" in result.output) == (1, True)


# check.


def test_check_says_that_all_is_well(run):
    result = run("check")
    assert (result.exit_code, "The database is well." in result.output) == (0, True)


def test_check_explains_every_setting(run):
    output = run("check").output
    assert not [s.name for s in SETTINGS if f"{PREFIX}{s.name} " not in output]


def test_check_finds_a_database_that_is_behind(run):
    db.session.execute(sa.text("update alembic_version set version_num = '0000_before'"))
    db.session.commit()
    result = run("check")
    assert (result.exit_code, "the database is at 0000_before" in result.output) == (1, True)


def test_check_finds_a_key_that_others_can_read(app, run, tmp_path):
    (tmp_path / "audit.key").write_text("a seal")
    (tmp_path / "audit.key").chmod(0o644)
    assert "audit.key can be read by others" in run("check").output


def test_check_notes_that_demo_accounts_are_open(run):
    assert "TRACKER_DEMO is set" in run("check").output


def test_check_fails_when_demo_accounts_stand_behind_tls(app, run):
    app.config["BEHIND_TLS"] = True
    result = run("check")
    assert (result.exit_code, "demo sign-in is refused" in result.output) == (1, True)


def test_check_works_where_every_setting_comes_from_the_environment(database, tmp_path):
    app = databases.build_app(database.filled(), tmp_path / "no instance folder")
    assert run_in(app, "check").exit_code == 0
    databases.let_go(app)


def test_check_shows_no_secret(app, run):
    output = run("check").output
    assert not [name for name in ("SECRET_KEY", "AUDIT_KEY") if app.config[name] in output]


def test_check_changes_nothing(run, aoi):
    factories.make_case(by=aoi)
    before = databases.contents()
    run("check")
    assert databases.contents() == before


# demo.


def test_without_tracker_demo_the_demo_is_not_loaded(app, run):
    app.config["DEMO"] = False
    result = run("demo")
    assert (result.exit_code, "published password" in result.output) == (1, True)


def test_without_tracker_demo_nothing_is_emptied(app, run, aoi):
    factories.make_case(by=aoi)
    before = databases.row_counts()
    app.config["DEMO"] = False
    assert run("demo", "--reset").exit_code == 1
    assert databases.row_counts() == before


def test_the_demo_is_not_loaded_over_itself(run):
    before = databases.row_counts()
    result = run("demo")
    assert (result.exit_code, "--reset starts anew" in result.output) == (1, True)
    assert databases.row_counts() == before


@pytest.mark.both
def test_reset_starts_the_demo_anew(run, aoi):
    factories.make_case(by=aoi, summary="残ってはいけない話")
    people, organisations = count(Person), count(Organisation)
    result = run("demo", "--reset")
    assert (result.exit_code, count(Person), count(Organisation)) == (0, people, organisations)
    left = sa.select(Case.id).where(Case.summary == "残ってはいけない話")
    assert (db.session.scalar(left), count(Case) > 20) == (None, True)


def test_after_a_reset_the_log_holds_and_cannot_be_changed(run, monkeypatch):
    # The people are enough here, and quicker than the whole story.
    monkeypatch.setattr(demo, "load", lambda: len(demo.settle(the_clock.now())))
    run("demo", "--reset")
    assert list(audit.verify({})) == []
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        db.session.execute(sa.text("delete from audit_entries"))


# audit verify.


def test_verify_says_how_many_chains_hold(run, aoi, ono):
    factories.make_case(by=aoi)
    factories.make_case(by=ono)
    result = run("audit", "verify")
    assert (result.exit_code, result.output) == (0, "4 chains hold.\n")


@pytest.mark.both
def test_verify_names_the_first_entry_that_does_not_hold(run, aoi):
    case = factories.make_case(by=aoi)
    town = case.municipality_id
    entry = next(head.position for head in audit.heads() if head.chain == town)
    on_table = " ON audit_entries" if db.engine.dialect.name == "postgresql" else ""
    db.session.execute(sa.text(f"DROP TRIGGER audit_entries_no_update{on_table}"))
    db.session.execute(sa.text("update audit_entries set subject_id = 7 where verb = 'case.filed'"))
    db.session.commit()
    result = run("audit", "verify")
    assert (result.exit_code, result.output) == (
        1,
        f"chain 98201, entry {entry}: the entry was changed\n",
    )


def test_verify_knows_the_heads_noted_by_the_daily_round(run, aoi):
    factories.make_case(by=aoi)
    run("work", "--once")
    db.session.execute(sa.text("DROP TRIGGER audit_entries_no_delete"))
    db.session.execute(sa.text("delete from audit_entries where chain = 98201"))
    db.session.execute(sa.text("delete from audit_chains where chain = 98201"))
    db.session.commit()
    result = run("audit", "verify")
    assert (result.exit_code, result.output) == (
        1,
        "chain 98201, entry 1: the whole chain is gone\n",
    )


# work.


def test_work_once_does_the_daily_round_and_ends(app, run):
    result = run("work", "--once")
    assert (result.exit_code, result.output) == (0, f"{len(daily.DAILY)} done\n")


def test_work_once_a_second_time_finds_nothing_to_do(run):
    run("work", "--once")
    assert run("work", "--once").output == "0 done\n"


def test_a_membership_from_the_command_line_begins_today(run):
    add(run)
    newest = sa.select(Membership).order_by(Membership.id.desc()).limit(1)
    assert db.session.scalars(newest).one().from_on == the_clock.today()
