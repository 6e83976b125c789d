"""The figures of an issue, counted by hand beside; and when a drop is a drop."""

import json
from datetime import date

import pytest

from tests import factories
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import queries, service
from tracker.issues.evidence import CaseFact, weigh

TODAY = date(2026, 11, 24)


def fact(minutes, office=1, month=date(2026, 11, 1), gap="G1", requester="SELF"):
    return CaseFact(office, month, minutes, gap, requester, "DONE_SELF", "E2")


def test_no_case_no_figures():
    found = weigh([], today=TODAY)
    assert (found.cases, found.offices, found.minutes_total) == (0, 0, 0)
    assert found.minutes_median is found.minutes_mean is found.largest_office_share is None
    assert sum(count for _month, count in found.months) == 0


def test_one_case_is_its_own_median_and_quartiles():
    found = weigh([fact(90)], today=TODAY)
    quartiles = (found.minutes_lower_quartile, found.minutes_median, found.minutes_upper_quartile)
    assert quartiles == (90, 90, 90)
    assert found.largest_office_share == 1


@pytest.mark.parametrize(
    ("minutes", "quartiles"),
    [
        ([30, 60, 120, 240, 600], (60, 120, 240)),
        ([600, 30, 240, 60], (52.5, 150, 330)),  # 30 60 240 600
        ([10, 20], (12.5, 15, 17.5)),
    ],
)
def test_quartiles_are_those_of_excel(minutes, quartiles):
    found = weigh([fact(one) for one in minutes], today=TODAY)
    assert (
        found.minutes_lower_quartile,
        found.minutes_median,
        found.minutes_upper_quartile,
    ) == quartiles


def test_one_office_with_nine_tenths_of_the_hours_is_seen():
    found = weigh([fact(30, office=1), fact(30, office=2), fact(540, office=3)], today=TODAY)
    assert (found.largest_office_share, found.offices) == (0.9, 3)
    assert (found.minutes_mean, found.minutes_median) == (200, 30)


def test_codes_come_commonest_first_then_by_code():
    facts = [fact(1, gap=gap) for gap in ("G3", "G1", "G3", "G2")]
    assert weigh(facts, today=TODAY).gaps == (("G3", 2), ("G1", 1), ("G2", 1))


def test_months_are_the_last_twelve_with_empty_ones():
    months = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 11, 1), date(2026, 11, 1)]
    found = weigh([fact(1, month=month) for month in months], today=TODAY).months
    assert len(found) == 12
    assert (found[0], found[1], found[-1]) == (("2025-12", 1), ("2026-01", 0), ("2026-11", 2))


def test_the_same_cases_give_the_same_json_in_any_order():
    facts = [fact(30, office=1, gap="G2"), fact(60, office=2), fact(90, office=2)]
    one, other = (weigh(found, today=TODAY).as_dict() for found in (facts, facts[::-1]))
    assert json.dumps(one) == json.dumps(other)
    assert json.loads(json.dumps(one)) == one


@pytest.mark.both
def test_evidence_equals_a_count_by_hand(aoi, kato, sato, mori):
    """Three cases of Aoi (120, 60, 30 minutes), one of Kato (240), one withdrawn."""
    last = date(2026, 10, 1)
    cases = [
        factories.make_case(by=aoi),
        factories.make_case(by=aoi, times_handled=2, minutes_each=30, gap="G2"),
        factories.make_case(by=aoi, times_handled=1, minutes_each=30, occurred_month=last),
        factories.make_case(by=kato, times_handled=4, minutes_each=60, requester="FAMILY"),
    ]
    gone = factories.make_case(by=kato)
    issue = factories.make_issue(mori, *cases, gone, area_id=None)
    factories.withdraw(gone, by=kato)
    found = queries.evidence(issue, today=the_clock.today())
    assert (found.cases, found.offices, found.clients_up_to) == (4, 2, 4)
    assert (found.minutes_total, found.minutes_median, found.minutes_mean) == (450, 90, 112.5)
    assert (found.minutes_lower_quartile, found.minutes_upper_quartile) == (52.5, 150)
    assert found.largest_office_share == round(240 / 450, 4)
    assert found.gaps == (("G1", 3), ("G2", 1))
    assert found.requesters == (("SELF", 3), ("FAMILY", 1))
    assert (found.outcomes, found.urgencies) == ((("DONE_SELF", 4),), (("E2", 4),))
    assert found.months[-2:] == (("2026-10", 1), ("2026-11", 3))


@pytest.mark.both
def test_evidence_is_the_same_whoever_looks(issue, aoi, kato, mori):
    west = factories.make_case(by=kato)
    service.attach(issue, [west.id], by=mori, at=the_clock.now())
    db.session.commit()
    assert queries.evidence(issue, today=the_clock.today()).offices == 2
