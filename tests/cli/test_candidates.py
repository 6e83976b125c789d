"""`flask candidates` and the daily round: the same look, town by town."""

from tests.cli.conftest import run_in
from tests.issues.repeating import CITY, candidates, file
from tracker.core import clock as the_clock
from tracker.jobs import daily


def test_the_command_looks_at_every_town_with_cases_and_says_what_it_found(app, aoi, kato, ono):
    file(aoi, aoi, kato)
    file(ono)
    result = run_in(app, "candidates")
    assert (result.exit_code, result.output) == (0, "2 towns, 2 cells: 1 proposed, 0 faded.\n")
    assert len(candidates(CITY)) == 1


def test_the_command_looks_at_one_town_and_knows_which_do_not_exist(app, aoi):
    file(aoi)
    one = run_in(app, "candidates", "--town", "98201", "--all")
    assert one.output == "1 towns, 1 cells: 0 proposed, 0 faded.\n"
    missing = run_in(app, "candidates", "--town", "00000")
    assert (missing.exit_code, "no town with this code" in missing.output) == (1, True)


def test_the_daily_round_proposes_what_repeats(app, aoi, kato):
    file(aoi, aoi, kato)
    daily.DAILY["look-for-candidates"](the_clock.now())
    assert len(candidates(CITY)) == 1
