"""Which months count for what, which offices are active, and what stands beside a verdict."""

from datetime import date

import pytest

from tracker.issues.evidence import months_back
from tracker.issues.proof.figures import Asked, Counting, Filings, Found, Verdict
from tracker.issues.proof.reading import active_offices, parts, read

EAST, WEST = 1, 2
START = date(2026, 4, 1)  # the whole of April is the gap of thirty days
TODAY = date(2026, 11, 24)
YEAR_BEFORE = months_back(date(2026, 3, 1), 12)
SINCE = months_back(date(2026, 10, 1), 6)
HOURS = 120


def filed(months, *offices, here=True, others=1):
    """Each of these offices filed something in each of these months."""
    return [Filings(m, o, others + 1, others, here, not here) for m in months for o in offices]


def cases(months, area=EAST):
    """A case of the need in each of these months."""
    return [Found(month, area, HOURS) for month in months]


def reading(found, *, start=START, today=TODAY, triggered=(), filings=None, there=()):
    every = months_back(date(2026, 11, 1), 40)
    return read(
        Asked(
            effective_on=start,
            today=today,
            triggered=triggered,
            cases=found,
            filings=filed(every, 7) if filings is None else filings,
            here=[EAST],
            there=there,
        )
    )


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (12, 1, Verdict.REDUCED),
        (12, 3, Verdict.NO_EVIDENCE),
        (5, 1, Verdict.TOO_FEW),
        (4, 9, Verdict.INCREASED),
    ],
)
def test_cases_of_a_year_before_and_of_half_a_year_after(before, after, verdict):
    found = reading(cases(YEAR_BEFORE[:before]) + cases((SINCE * 2)[:after]))
    assert (found.before.cases, found.before.months) == (before, 12)
    assert (found.after.cases, found.after.months) == (after, 6)
    assert found.verdict is verdict


def test_thirty_days_after_the_start_and_the_running_month_count_for_nothing():
    of_month = parts(date(2026, 4, 15), TODAY, ())
    by_part = {part: [m.month for m in of_month if of_month[m] is part] for part in Counting}
    assert by_part[Counting.GAP] == [4, 5]  # of May only the second half begins thirty days later
    assert by_part[Counting.AFTER] == [6, 7, 8, 9, 10]
    assert by_part[Counting.RUNNING] == [11]
    assert (min(of_month), of_month[date(2026, 3, 1)]) == (date(2025, 4, 1), Counting.BEFORE)


@pytest.mark.parametrize("today", [START, date(2026, 4, 30), date(2026, 5, 31)])
def test_before_a_whole_month_is_over_nothing_can_be_said(today):
    found = reading(cases(YEAR_BEFORE), today=today)
    assert (found.after.months, found.verdict, found.filing) == (0, Verdict.TOO_FEW, None)


def test_the_months_that_made_people_look_are_left_out_and_earlier_ones_taken():
    trigger = months_back(date(2026, 2, 1), 6)
    found = reading(cases(trigger * 3), triggered=trigger)
    assert (found.before.cases, found.before.months) == (0, 12)
    assert [month.month for month in found.left_out] == trigger
    assert found.months[0].month == months_back(START, 19)[0]


def test_a_peak_that_made_people_look_is_no_proof_when_it_is_over():
    trigger = months_back(date(2026, 3, 1), 6)
    peak = cases(trigger * 2) + cases(months_back(date(2025, 9, 1), 12)[::4])
    assert reading(peak).verdict is Verdict.REDUCED
    assert reading(peak, triggered=trigger).verdict is Verdict.TOO_FEW


def test_an_office_is_active_for_twelve_months_after_it_filed():
    filings = filed([date(2025, 4, 1)], 7) + filed([date(2026, 3, 1)], 8)
    months = [date(2025, 3, 1), date(2025, 4, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert list(active_offices(filings, months).values()) == [0, 1, 2, 1]


def test_fewer_offices_do_not_look_like_a_smaller_need():
    many = filed(months_back(date(2025, 3, 1), 3), 1, 2, 3)  # active until February 2026
    found = reading(
        cases(YEAR_BEFORE) + cases(SINCE[:1]), filings=many + filed(months_back(TODAY, 40), 7)
    )
    assert found.before.office_months == 12 + 33
    assert found.after.office_months == 6
    assert found.verdict is not Verdict.REDUCED


def test_months_before_anybody_filed_are_no_months_without_need():
    found = reading(cases(YEAR_BEFORE[6:]), filings=filed(months_back(date(2026, 11, 1), 14), 7))
    assert (found.before.months, found.before.cases) == (6, 6)


def test_other_areas_are_compared_in_the_same_months():
    here = cases(YEAR_BEFORE) + cases(SINCE[:1])
    there = cases(YEAR_BEFORE, WEST) + cases(SINCE, WEST)
    every = months_back(TODAY, 40)
    filings = filed(every, 7) + filed(every, 8, here=False)
    found = reading(here + there, filings=filings, there=[WEST])
    assert (found.elsewhere.before.cases, found.elsewhere.after.cases) == (12, 6)
    assert found.elsewhere.change.ratio == pytest.approx(1 / 6)
    assert found.before.office_months == 12  # the office there is none of here
    assert reading(here).elsewhere is None


@pytest.mark.parametrize(("since", "fell"), [(10, False), (9, False), (8, True), (0, True)])
def test_when_everything_else_falls_by_a_fifth_it_is_said(since, fell):
    before = filed(months_back(date(2026, 4, 1), 25), 7, others=10)
    found = reading(cases(YEAR_BEFORE), filings=before + filed(SINCE, 7, others=since))
    assert (found.filing.others_before, found.filing.others_after) == (10, since)
    assert (found.filing.fell, found.verdict) == (fell, Verdict.REDUCED)


def test_hours_saved_are_cases_that_did_not_come_times_their_median():
    saved = reading(cases(YEAR_BEFORE) + cases(SINCE[:1])).saved
    assert (saved.hours, saved.months, saved.minutes_each) == (10.0, 6, 120)
    assert saved.low < saved.hours < saved.high <= 12.0
    assert reading([]).saved is None


def test_before_a_resource_is_in_use_it_is_said_what_would_be_proof():
    found = reading(cases(months_back(date(2026, 10, 1), 12)), start=None)
    assert (found.before.cases, found.after.months) == (12, 0)
    assert [(p.months, p.most) for p in found.previews] == [(6, 1), (12, 4), (24, 11)]
    assert found.none_proves_after == 4


def test_where_too_few_came_before_no_time_is_long_enough():
    found = reading(cases(YEAR_BEFORE[:1]))
    assert {p.most for p in found.previews} == {None}
    assert (found.none_proves_after, found.verdict) == (None, Verdict.TOO_FEW)


def test_a_reading_can_be_kept_as_plain_values():
    kept = reading(cases(YEAR_BEFORE)).as_dict()
    assert kept["verdict"] == "reduced"
    assert kept["months"][0] == {"month": "2025-04-01", "part": "before", "cases": 1, "offices": 1}
