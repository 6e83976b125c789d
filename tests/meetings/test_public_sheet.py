"""What people outside may read of a sheet: nobody computes from it what was small."""

import random

import pytest

from tests.meetings import full_sheet
from tracker.core.disclosure import national
from tracker.meetings import public
from tracker.meetings.freezing import canonical
from tracker.meetings.public import DIVIDING, MAYBE_ASKED

TOWN = national(60_000)  # counts below ten are hidden
SMALL_TOWN = national(9_000)  # below twenty


def sheet_with(**figures):
    """The full sheet with other figures."""
    evidence = {**full_sheet.FIGURES, **figures}
    return {**full_sheet.SHEET, "issues": [{**full_sheet.ISSUE, "evidence": evidence}]}


def shown(sheet, rule=TOWN):
    """The figures of the sheet's issue as people outside read them."""
    (issue,) = public.public(sheet, rule)["issues"]
    return issue["evidence"]


def divided(dice, cases, parts):
    """So many cases divided at random into at most so many answers."""
    cuts = sorted(dice.sample(range(1, cases), min(parts, cases - 1)))
    sizes = [end - start for start, end in zip([0, *cuts], [*cuts, cases], strict=True)]
    return [[f"X{number}", size] for number, size in enumerate(sizes)]


def made_up(seed):
    """A sheet at random whose lists hold together."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    cases = dice.randint(3, 90)
    lists = {name: divided(dice, cases, dice.randint(1, 7)) for name in DIVIDING}
    for name in MAYBE_ASKED:
        lists[name] = divided(dice, dice.randint(2, cases), dice.randint(1, 5))
    months = [[f"2026-{month:02}", 0] for month in range(1, 13)]
    for _case in range(dice.randint(0, cases)):
        dice.choice(months)[1] += 1
    return sheet_with(
        cases=cases, offices=dice.randint(1, 9), months=months, clients_up_to=cases, **lists
    )


def told(counts, seen, total):
    """Hidden figures an attacker works out who knows the total and every shown figure exactly.

    The hidden ones are at least one each; what they add up to is all that is known of them.
    """
    hidden = [code for code, count in seen if count is None]
    left = total - sum(count for code, count in counts if code not in hidden)
    return hidden if hidden and left - len(hidden) < 2 else []


@pytest.mark.parametrize("rule", [TOWN, SMALL_TOWN, national(None)])
def test_nothing_small_is_shown_and_nothing_hidden_can_be_worked_out(rule):
    least, hid = rule.least, 0
    for seed in range(300):
        sheet = made_up(seed)
        real, seen = sheet["issues"][0]["evidence"], shown(sheet, rule)
        for name in (*DIVIDING, *MAYBE_ASKED, "months"):
            counts = dict(real[name])
            small = [code for code, count in seen[name] if count and counts[code] < least]
            assert not small, (seed, name, small)
            assert not told(real[name], seen[name], real["cases"]), (seed, name)
            hid += sum(count is None for _code, count in seen[name])
    assert hid > 100  # something was hidden, and tried


@pytest.mark.parametrize("few", [{"cases": 9}, {"offices": 2}])
def test_of_few_cases_or_one_or_two_offices_no_figure_is_shown(few):
    assert shown(sheet_with(**few)) == public.EMPTY


def test_in_a_very_small_town_no_figure_is_shown():
    assert shown(full_sheet.SHEET, rule=national(1_500)) == public.EMPTY


def test_what_is_shown_is_rounded_and_says_nothing_of_one_office_or_of_results():
    seen = shown(full_sheet.SHEET)
    assert (seen["cases"], seen["clients_up_to"]) == (130, 100)
    assert seen["largest_office_share"] is seen["minutes_total"] is None
    assert seen["departments"] == []
    assert all(one["results"] == [] and one["cases"] % 10 == 0 for one in seen["tried"])


def test_a_count_whose_rest_is_small_is_hidden_too():
    seen = shown(sheet_with(household=[["ALONE", 126], ["DEMENTIA", 60]]))
    assert seen["household"] == [["DEMENTIA", 60]]


def test_only_what_staff_marked_as_public_stays_and_the_frozen_sheet_is_untouched():
    written = [
        {"text": "公開してよい場面", "public": True},
        {"text": "委員限りの場面", "public": False},
    ]
    issue = {**full_sheet.ISSUE, "vignettes": written}
    sheet = {**full_sheet.SHEET, "issues": [issue], "cases": []}
    before = canonical(sheet)
    (seen,) = public.public(sheet, TOWN)["issues"]
    assert [one["text"] for one in seen["vignettes"]] == ["公開してよい場面"]
    assert seen["options"] == []
    assert canonical(sheet) == before


def test_of_a_sheet_of_cases_nothing_is_public():
    sheet = {"at": "2026-05-12T05:00:00+00:00", "cases": [{"number": "R8-13101-0042"}]}
    assert public.public(sheet, TOWN)["issues"] == []
    assert "R8-13101" not in canonical(public.public(sheet, TOWN))
