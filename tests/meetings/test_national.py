"""Figures of the whole country: as the source has them, each with its own base, or none."""

import pytest

from tracker.meetings import national

# The source's own words and numbers: committee on issues of care management, 24 June 2024.
SOURCE = {("any_in_a_year", 67.5, 318), ("seven_or_more", 27.0, 318), ("urgent", 72.5, 236),
          ("charged", 3.0, 1076)}  # fmt: skip


@pytest.mark.parametrize("act_type", ["HK03", "EM01", "MV01", "ZZ99"])
def test_a_need_outside_the_work_stands_beside_what_the_survey_found(act_type):
    found = national.concerning(act_type)
    assert {(one["key"], one["percent"], one["n"]) for one in found} == SOURCE
    for one in found:
        assert all(one[name] for name in national.KEPT), one["key"]


def test_for_the_care_managers_own_work_no_source_has_a_figure():
    assert national.concerning("ST01") == []


def test_reasons_whose_labels_are_lost_in_the_source_are_not_here():
    percents = {one["percent"] for one in national.concerning("HK03")}
    assert percents.isdisjoint({57.2, 44.9, 41.9, 23.3, 13.6})
