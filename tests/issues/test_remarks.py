"""Who the cases of an issue are about, and what was ticked beside them: counted by hand beside."""

import json

import pytest
import sqlalchemy as sa

from tests import factories
from tracker.accounts.roles import Role
from tracker.cases.ticks import Ticks
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import queries
from tracker.resources.models import ResourceStatus
from tracker.taxonomy.models import GuidanceStep


def shown(issue):
    return queries.evidence(issue, today=the_clock.today())


@pytest.fixture
def steps(app):
    """Two steps of the guidance."""
    return db.session.scalars(sa.select(GuidanceStep).order_by(GuidanceStep.id).limit(2)).all()


@pytest.fixture
def van(sato):
    """A resource of the east."""
    return factories.make_resource(sato)


@pytest.fixture
def ticked(aoi, kato, mori, van, steps):
    """An issue of three cases with ticks, one without, and one that was withdrawn."""
    here, there = steps
    cases = [
        factories.make_case(
            by=aoi,
            hour_band="NIGHT",
            charge="NONE",
            ticks=Ticks(
                household=frozenset({"ALONE", "DEMENTIA"}),
                resources={van.id: "FULL"},
                kinds={"RS_HOME": "NONE"},
                steps={here.id: "NOT_AVAILABLE", there.id: "TRIED"},
                calls={"CENTRE": "ADVISED"},
            ),
        ),
        factories.make_case(
            by=aoi,
            hour_band="NIGHT",
            charge="PAID",
            charge_band="B1",
            paid_by="SELF",
            ticks=Ticks(
                household=frozenset({"ALONE"}),
                resources={van.id: "FULL"},
                steps={here.id: "NOT_AVAILABLE", there.id: "NOT_AVAILABLE"},
            ),
        ),
        factories.make_case(
            by=kato,
            hour_band="HOLIDAY",
            charge="ACTUAL_COST",
            ticks=Ticks(resources={van.id: "COST"}, steps={here.id: "NOT_AVAILABLE"}),
        ),
        factories.make_case(by=kato),
    ]
    gone = factories.make_case(by=kato, ticks=Ticks(household=frozenset({"POVERTY"})))
    issue = factories.make_issue(mori, *cases, gone, area_id=None)
    factories.withdraw(gone, by=kato)
    return issue


# --- whom the cases are about ---


@pytest.mark.both
def test_the_same_client_twice_is_one_and_a_case_without_reference_one_of_its_own(aoi, sato):
    refs = ("A-1", "A-1", "A-2", "")
    cases = [factories.make_case(by=aoi, office_ref=ref) for ref in refs]
    found = shown(factories.make_issue(sato, *cases))
    assert (found.cases, found.clients_up_to, found.clients_exact) == (4, 3, False)


@pytest.mark.both
def test_when_every_case_has_a_reference_the_number_is_exact(aoi, kato, mori):
    """The same reference in two offices means two clients."""
    cases = [factories.make_case(by=by, office_ref="7") for by in (aoi, aoi, kato)]
    found = shown(factories.make_issue(mori, *cases, area_id=None))
    assert (found.clients_up_to, found.clients_exact) == (2, True)


@pytest.mark.parametrize(("second", "words"), [("A-1", "1 person"), ("", "up to 2")])
def test_the_page_says_how_many_people_there_are_or_at_most(aoi, sato, sign_in, second, words):
    cases = [factories.make_case(by=aoi, office_ref=ref) for ref in ("A-1", second)]
    issue = factories.make_issue(sato, *cases)
    for page in ("", "/evidence"):
        text = sign_in(sato).get(f"/issues/{issue.id}{page}?lang=en").text
        assert f"<dt>Clients</dt><dd>{words}</dd>" in text


# --- what was ticked ---


@pytest.mark.both
def test_what_was_tried_equals_a_count_by_hand(ticked, van):
    first, second = shown(ticked).tried
    assert (first.name_ja, first.category, first.cases) == (van.name_ja, "RS_SHOP", 3)
    assert first.results == (("FULL", 2), ("COST", 1))
    assert (second.name_ja, second.category, second.cases) == ("", "RS_HOME", 1)
    assert second.results == (("NONE", 1),)


def test_of_a_resource_of_another_town_or_in_preparation_only_the_kind_is_said(
    aoi, sato, tani, mori
):
    away = factories.make_resource(tani, name_ja="川瀬号")
    planned = factories.make_resource(sato)
    ticks = Ticks(resources={away.id: "FULL", planned.id: "FULL"}, kinds={"RS_SHOP": "NONE"})
    issue = factories.make_issue(mori, factories.make_case(by=aoi, ticks=ticks))
    planned.status = ResourceStatus.PLANNED
    db.session.commit()
    found = shown(issue).tried
    assert {(one.name_ja, one.name_en, one.category) for one in found} == {("", "", "RS_SHOP")}
    assert sorted(one.results for one in found) == [(("FULL", 1),), (("FULL", 1),), (("NONE", 1),)]


@pytest.mark.both
def test_steps_that_are_not_available_are_counted_and_those_tried_are_not(ticked, steps):
    found = [(step.text_ja, step.cases) for step in shown(ticked).steps_missing]
    assert found == [(steps[0].text_ja, 3), (steps[1].text_ja, 1)]


@pytest.mark.both
def test_circumstances_hours_and_charges_equal_a_count_by_hand(ticked):
    found = shown(ticked)
    assert found.household == (("ALONE", 2), ("DEMENTIA", 1))
    assert found.hour_bands == (("NIGHT", 2), ("HOLIDAY", 1))
    assert found.charges == (("ACTUAL_COST", 1), ("NONE", 1), ("PAID", 1))
    assert found.charged_share == 0.3333


@pytest.mark.both
def test_what_the_town_asked_for_is_counted_by_department_and_agreement(aoi, mori):
    asked = {"by": aoi, "requester": "CITY"}
    cases = [
        factories.make_case(**asked, department="長寿課", bodies_agreed="NO"),
        factories.make_case(**asked, department="長寿課", bodies_agreed="YES"),
        factories.make_case(**asked, bodies_agreed="NO"),
        factories.make_case(by=aoi),
    ]
    found = shown(factories.make_issue(mori, *cases))
    assert (found.asked_by_town, found.departments) == (3, (("長寿課", 2),))
    assert found.bodies_agreed == (("NO", 2), ("YES", 1))


def test_an_issue_without_ticks_has_empty_remarks(issue):
    found = shown(issue)
    assert found.household == found.tried == found.steps_missing == found.charges == ()
    assert (found.charged_share, found.asked_by_town) == (None, 0)


def test_remarks_are_plain_values_for_a_sheet(ticked, van):
    found = shown(ticked).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["tried"][0]["results"] == [["FULL", 2], ["COST", 1]]
    assert found["steps_missing"][0]["cases"] == 3


@pytest.mark.both
def test_evidence_takes_two_statements_for_any_number_of_issues(ticked, aoi, mori, statements):
    other = factories.make_issue(mori, factories.make_case(by=aoi))
    ids = [ticked.id, other.id]
    with statements() as seen:
        found = queries.evidence_of(ids, today=the_clock.today())
    assert len([one for one in seen if "SELECT" in one]) == 2
    assert [found[key].cases for key in ids] == [4, 1]


# --- as it is read ---


def test_the_page_says_what_was_tried_in_words(ticked, steps, mori, sign_in):
    text = sign_in(mori).get(f"/issues/{ticked.id}/evidence?lang=en").text
    assert "What was tried, and why it failed" in text
    for words in ("Miharashi van", "Full: 2", "Too expensive: 1", "There is none here: 1"):
        assert words in text
    assert "Daily help and housework" in text
    assert "Lives alone" in text
    assert "A fee was charged: 33 % of the cases that say so" in text
    assert "Steps of the guidance" in text
    assert "Not available here: 3" in text


def test_the_page_says_nothing_of_what_nobody_ticked(issue, mori, sign_in):
    text = sign_in(mori).get(f"/issues/{issue.id}/evidence?lang=en").text
    for words in (
        "What was tried",
        "Circumstances of the household",
        "A fee was charged",
        "asked for",
    ):
        assert words not in text


def test_the_page_names_the_departments_that_asked(aoi, mori, sign_in):
    asked = {"requester": "CITY", "department": "長寿課", "bodies_agreed": "NO"}
    issue = factories.make_issue(mori, factories.make_case(by=aoi, **asked))
    text = sign_in(mori).get(f"/issues/{issue.id}/evidence?lang=en").text
    assert "Departments: 長寿課 (1)" in text
    assert "bodies: Not agreed (1)" in text


def test_an_agency_reads_none_of_it(ticked, aoi, sign_in):
    assert aoi.organisation_ids(Role.AGENCY)
    assert sign_in(aoi).get(f"/issues/{ticked.id}/evidence").status_code in {403, 404}
