"""Invented towns for benchmarks: as many as asked for, the same for a seed, never beside real."""

from collections import Counter

import pytest
import sqlalchemy as sa

from tests import databases, factories
from tests.databases import row_counts
from tracker.accounts import queries, regions
from tracker.accounts.models import Municipality, Person, RegionKind
from tracker.accounts.roles import Role
from tracker.accounts.standing import viewer_of
from tracker.cases import filing
from tracker.cases.models import EDGES, Case, CaseSerial, CaseStatus, CaseStep, CaseTick
from tracker.core import audit, clock, personal, text, wareki
from tracker.core.db import db
from tracker.demo import synthetic_towns
from tracker.resources.models import Resource
from tracker.taxonomy.models import ActType

ASKED = ("generate", "--cases", "200", "--municipalities", "2", "--seed", "7")
TOWNS = (60201, 60202)


@pytest.fixture
def made(run):
    """What the command answered; the towns stand beside the people of the demo."""
    return run(*ASKED)


def generated():
    """Its cases, in the order of their keys."""
    return db.session.scalars(
        sa.select(Case).where(Case.municipality_id.in_(TOWNS)).order_by(Case.id)
    ).all()


def said(case):
    """What is typed and answered in a case, and when."""
    left_out = {"filed_by_id", "organisation_id", "area_id", "client_key"}
    return {
        column.name: getattr(case, column.name)
        for column in Case.__table__.columns
        if column.name not in left_out
    }


@pytest.mark.both
def test_there_are_as_many_cases_and_towns_as_asked_for(run):
    result = run(*ASKED)
    assert (result.exit_code, len(generated())) == (0, 200)
    assert "200 cases in 2 towns, 60201 to 60202" in result.output
    assert {case.municipality_id for case in generated()} == set(TOWNS)


@pytest.mark.both
def test_the_audit_log_holds_afterwards_and_has_a_word_about_it(run):
    run(*ASKED)
    assert list(audit.verify({})) == []
    last = sa.select(audit.AuditEntry).order_by(audit.AuditEntry.id.desc()).limit(1)
    entry = db.session.scalars(last).one()
    assert (entry.verb, entry.facts["now"]) == ("town.generated", {"cases": 200, "seed": 7})


def test_the_same_seed_gives_the_same_and_another_does_not(database, tmp_path, clock):
    told = []
    for seed in (7, 7, 8):
        app = databases.build_app(database.filled(), tmp_path)
        with app.app_context():
            app.test_cli_runner().invoke(args=[*ASKED[:-1], str(seed)])
            told.append([said(case) for case in generated()])
        databases.let_go(app)
    assert told[0] == told[1]
    assert told[0] != told[2]


def test_a_second_time_adds_towns_beside_the_first(run, made):
    assert "60203 to 60204" in run(*ASKED).output


def test_without_people_there_is_nothing_to_refuse(database, tmp_path, clock):
    app = databases.build_app(database.empty(), tmp_path)
    with app.app_context():
        runner = app.test_cli_runner()
        runner.invoke(args=["init"])
        assert runner.invoke(args=ASKED).exit_code == 0
    databases.let_go(app)


REAL = {
    "a real account": lambda: setattr(queries.find_person("aoi"), "is_demo", False),
    "an office in a real town": lambda: setattr(
        queries.find_organisation("あおばケアプラン室", 98201), "municipality_id", 13101
    ),
    "a case of a real town": lambda: db.session.execute(
        sa.update(Case).values(municipality_id=13101)
    ),
}


@pytest.mark.parametrize("what", REAL)
def test_beside_real_data_nothing_is_made(run, aoi, what):
    factories.make_case(by=aoi)
    REAL[what]()
    db.session.commit()
    before = row_counts()
    result = run(*ASKED)
    assert (result.exit_code, "in use" in result.output) == (1, True)
    assert row_counts() == before


# What is made.


def test_codes_are_well_formed_and_no_real_town_has_them(made):
    national = [line.split(",")[0] for line in regions.FILE.read_text("utf-8").splitlines()[1:]]
    towns = db.session.scalars(sa.select(Municipality).where(Municipality.id.in_(TOWNS))).all()
    assert [regions.verified(town.code) for town in towns] == list(TOWNS)
    assert not [line for line in national if synthetic_towns.is_synthetic(int(line[:5]))]
    assert {town.kind for town in towns} == {RegionKind.MUNICIPALITY}
    assert all(town.is_demo for town in towns)


def test_the_accounts_are_those_of_a_demo(made):
    people = db.session.scalars(sa.select(Person).where(Person.login.like("%-%-%"))).all()
    assert len(people) > 30
    assert all(person.is_demo for person in people)


def test_cases_reach_back_over_18_months_in_the_order_of_their_keys(made):
    filed = [case.submitted_at for case in generated()]
    assert filed == sorted(filed)
    assert 17 < (clock.now() - filed[0]).days / 30.4 < 18.1
    assert filed[-1] <= clock.now()


def test_numbers_count_up_within_a_town_and_year(made):
    last = Counter()
    for case in generated():
        key = case.municipality_id, case.fiscal_year
        last[key] += 1
        assert case.serial == last[key]
        assert case.number == filing.number_of(*key, case.serial)
        assert case.fiscal_year == wareki.fiscal_year(clock.local(case.submitted_at).date())
    rows = db.session.scalars(sa.select(CaseSerial).where(CaseSerial.municipality_id.in_(TOWNS)))
    assert {(row.municipality_id, row.fiscal_year): row.last for row in rows} == last


@pytest.mark.both
def test_filing_goes_on_from_there(run):
    run(*ASKED)
    login = sa.select(Person.id).where(Person.login.like("agency-%-1")).order_by(Person.id)
    filer = viewer_of(db.session.scalars(login.limit(1)).one(), today=clock.today())
    last = generated()[-1]
    new = factories.make_case(by=filer)
    same = (new.municipality_id, new.fiscal_year)
    before = [c for c in generated() if (c.municipality_id, c.fiscal_year) == same and c != new]
    assert (new.id, new.serial) == (last.id + 1, len(before) + 1)


def test_few_types_are_common_and_many_are_rare(made):
    counts = Counter(case.act_type_code for case in generated()).most_common()
    known = set(db.session.scalars(sa.select(ActType.code)))
    assert {code for code, _count in counts} <= known
    assert sum(count for _code, count in counts[:5]) > 200 / 3
    assert len(counts) > 20


def test_every_state_is_reached_along_the_edges(made):
    cases = {case.id: case for case in generated()}
    assert {case.status for case in cases.values()} >= {
        CaseStatus.SUBMITTED,
        CaseStatus.ACCEPTED,
        CaseStatus.DISPOSED,
        CaseStatus.CLOSED,
        CaseStatus.WITHDRAWN,
    }
    reached = {}
    for step in db.session.scalars(
        sa.select(CaseStep).where(CaseStep.case_id.in_(cases)).order_by(CaseStep.id)
    ):
        if step.was is not None:
            assert (step.was, step.became) in EDGES
            assert step.was is reached[step.case_id].became
            assert step.at > reached[step.case_id].at
        reached[step.case_id] = step
    assert all(cases[key].status is step.became for key, step in reached.items())
    assert all(cases[key].status_since == step.at for key, step in reached.items())


def test_texts_are_ours_and_tell_of_nobody(made):
    texts = [words for case in generated() for words in (case.summary, case.wanted)]
    assert not [words for words in texts if personal.find(words)]
    assert len({case.summary for case in generated()}) > 190
    assert not [words for words in texts if "%" in words]


def test_cases_are_found_by_their_words(made):
    case = generated()[3]
    assert case.search_text == text.fold(f"{case.summary} {case.wanted}")[:1000]


def test_there_are_ticks_persons_and_a_directory(made):
    ids = [case.id for case in generated()]
    ticks = db.session.scalars(sa.select(CaseTick).where(CaseTick.case_id.in_(ids))).all()
    keys = [case.client_key for case in generated()]
    of_towns = Resource.municipality_id.in_(TOWNS)
    assert len({tick.kind for tick in ticks}) == 4
    assert 0 < keys.count(None) < 120
    assert len(db.session.scalars(sa.select(Resource.id).where(of_towns)).all()) > 30


def test_a_generated_case_opens_for_its_centre(made, sign_in):
    case = generated()[0]
    keys = db.session.scalars(sa.select(Person.id).where(Person.login.like("centre-%")))
    people = [viewer_of(key, today=clock.today()) for key in keys]
    centre = next(person for person in people if case.area_id in person.area_ids(Role.CENTRE))
    assert sign_in(centre).get(f"/cases/{case.id}").status_code == 200
