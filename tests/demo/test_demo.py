"""The two demo towns: enough cases to show everything, and not one personal detail."""

from collections import Counter
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import databases
from tests.databases import Stock
from tracker import demo
from tracker.accounts.models import Organisation, Person
from tracker.cases.models import Case, CaseStatus, CaseStep, Disposition
from tracker.core import audit, clock, personal
from tracker.core.db import db
from tracker.core.outbox import OutboxMail
from tracker.notifications.delivery.models import MailAddress
from tracker.resources.models import Resource

# The seven groups of examples in the source paper, by the types they fall into.
SOURCE_GROUPS = {
    "housework and pests": {"HK01", "HK02", "HK03", "LV01", "LV02"},
    "excessive consultation": {"CN01", "CN02"},
    "mail and parcels": {"CP01"},
    "procedures at the town hall": {"AD01", "AD03"},
    "admission and in hospital": {"GR01", "SF04", "EM01", "HP01", "HP03", "HP04"},
    "money": {"FN01", "FN02", "FN03"},
    "after death": {"PM01", "PM02"},
}


@pytest.fixture(scope="module")
def town(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with the demo as `make run` loads it; only read here."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: databases.NOW.astimezone(clock.UTC))
        database = databases.Database("sqlite", stock)
        app = databases.build_app(database.filled(), folder)
        with app.app_context():
            demo.empty()
            demo.load()
            db.session.commit()
            yield app
        databases.let_go(app)


@pytest.fixture
def cases(town):
    """Every case of the demo, oldest first."""
    return db.session.scalars(sa.select(Case).order_by(Case.submitted_at)).all()


def test_there_are_at_least_60_cases_in_both_towns(cases):
    towns = Counter(case.municipality_id for case in cases)
    assert len(cases) >= 60
    assert towns.keys() == {98201, 98321}


def test_they_reach_over_18_months(cases):
    months = {case.occurred_month for case in cases}
    span = (max(months).year - min(months).year) * 12 + max(months).month - min(months).month
    assert span >= 17
    assert len(months) >= 17


@pytest.mark.parametrize("group", SOURCE_GROUPS)
def test_every_group_of_the_sources_examples_is_there(cases, group):
    assert SOURCE_GROUPS[group] <= {case.act_type_code for case in cases}


def test_cases_stand_in_every_state(cases):
    assert {case.status for case in cases} == set(CaseStatus)


def test_cases_were_sorted_in_every_way(cases):
    assert {case.disposition for case in cases} == {*Disposition, None}


def test_no_demo_text_holds_a_personal_detail(cases):
    texts = [text for case in cases for text in (case.summary, case.wanted)]
    texts += db.session.scalars(sa.select(CaseStep.sentence)).all()
    assert [text for text in texts if personal.find(text)] == []


def test_nothing_happened_after_today(cases):
    latest = db.session.scalar(sa.select(sa.func.max(CaseStep.at)))
    assert latest < clock.now()


def test_the_audit_log_holds(town):
    assert [*audit.verify({})] == []


def test_no_mail_goes_out_for_the_demos_past(town):
    waiting = sa.select(OutboxMail.id).where(OutboxMail.stopped_at.is_(None))
    assert db.session.scalars(waiting).all() == []


def test_everybody_the_contract_names_is_there(town):
    logins = set(db.session.scalars(sa.select(Person.login)))
    assert {login for login, _who in demo.SIGN_INS} <= logins


def test_demo_people_and_mail_addresses_are_invented(town):
    people = db.session.scalars(sa.select(Person)).all()
    assert all(person.is_demo for person in people)
    assert all(person.email.endswith(".example") for person in people if person.email)


def test_demo_office_numbers_are_well_formed(town):
    numbers = db.session.scalars(sa.select(Organisation.office_no)).all()
    assert all(len(number) == 10 and number.isdigit() for number in numbers if number)


def test_numbers_follow_the_order_of_filing(cases):
    for key in {(case.municipality_id, case.fiscal_year) for case in cases}:
        mine = [case for case in cases if (case.municipality_id, case.fiscal_year) == key]
        assert sorted(case.serial for case in mine) == list(range(1, len(mine) + 1))


def test_what_does_not_work_can_be_seen_too(town):
    doubted = [one.name_en for one in db.session.scalars(sa.select(Resource)) if one.is_doubted]
    assert doubted == ["Lifts by volunteers"]
    (address,) = db.session.scalars(sa.select(MailAddress))
    assert address.address == db.session.get_one(Person, address.person_id).email
    assert address.stopped_at is not None
