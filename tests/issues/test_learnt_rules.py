"""Rules a town learns after grouping by hand: tried, kept, ended; what they propose says so."""

import pytest

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tests.issues.repeating import CITY, candidate, candidates, file, learn, look
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues.candidates import learning, words
from tracker.issues.candidates.learning import RuleDraft
from tracker.issues.candidates.models import Fired
from tracker.issues.evidence import months_back

RULES = "/candidates/rules/"


def fields_of(page, name):
    """The form of a page that has this field, as it stands."""
    return next(
        form_fields(form)
        for form in parsed(page.text).iter("form")
        if any(field.get("name") == name for field in form.iter())
    )


@pytest.fixture
def issue(aoi, sato):
    """Of the east, grouped by hand from two cases of shopping."""
    return factories.make_issue(sato, *file(aoi, aoi))


def tried(issue, by, **changes):
    """What a dry run of two cases of one office in a year would have proposed."""
    numbers = {"area_id": issue.area_id, "cases": 2, "months": 12, "offices": 1, **changes}
    return learning.try_rule(issue, RuleDraft(**numbers), by=by, today=the_clock.today())


@pytest.mark.both
def test_what_a_learnt_rule_proposes_says_so(issue, sato, mori, kato):
    kept = learn(issue, mori, area_id=None, cases=1)
    file(kato)
    look()
    west = next(found for found in candidates() if found.area_id != issue.area_id)
    assert west.fired == (Fired.LEARNT,)
    assert west.learnt_rule_id == kept.id


def test_a_rule_of_one_area_says_nothing_of_another(issue, mori, kato):
    learn(issue, mori, cases=1)
    file(kato)
    look()
    assert {found.area_id for found in candidates()} == {issue.area_id}


def test_a_rule_with_a_reason_counts_only_its_cases(issue, mori, kato):
    learn(issue, mori, area_id=None, cases=2, gap="G3")
    file(kato, gap="G3")
    file(kato, gap="G4")
    look()
    assert candidates() == []
    file(kato, gap="G3")
    look()
    assert candidate().case_count == 2


def test_numbers_of_a_learnt_rule_are_not_said_of_the_towns_own(issue, mori, kato):
    learn(issue, mori, area_id=None, months=12)
    file(kato, minutes_each=1260)  # 21 hours within the town's 6 months
    file(kato, occurred_month=months_back(the_clock.today(), 9)[0])
    look()
    west = next(found for found in candidates() if found.area_id != issue.area_id)
    assert west.fired == (Fired.HOURS, Fired.LEARNT)
    *parts, numbers = words.reasons(west)
    assert parts == [str(kind.label) for kind in west.fired]
    assert numbers == "12か月の間に1事業所から2件"


def test_a_learnt_rule_speaks_of_its_own_months(issue, mori, kato):
    learn(issue, mori, area_id=None, months=3)
    file(kato, kato)
    look()
    west = next(found for found in candidates() if found.area_id != issue.area_id)
    assert words.reasons(west)[0].endswith("3か月の間に1事業所から2件")


def test_an_ended_rule_proposes_nothing_more_and_what_it_proposed_fades(issue, mori, kato, clock):
    kept = learn(issue, mori, area_id=None, cases=1)
    file(kato)
    look()
    clock.move(days=1)
    learning.end(kept, by=mori, at=the_clock.now())
    db.session.commit()
    look()
    assert all(found.faded_on or found.issue_id for found in candidates())
    with pytest.raises(ConflictError):
        learning.end(kept, by=mori, at=the_clock.now())


@pytest.mark.parametrize("name", ["cases", "months", "offices"])
def test_a_rule_of_nothing_is_refused(name, issue, mori):
    for verb in (tried, learn):
        with pytest.raises(InvalidInputError) as refused:
            verb(issue, mori, **{name: 0})
        assert refused.value.field == name


def test_the_same_rule_twice_is_refused(issue, mori):
    learn(issue, mori)
    with pytest.raises(ConflictError):
        learn(issue, mori)
    learn(issue, mori, cases=3)


@pytest.mark.parametrize(
    ("login", "everywhere"), [("sato", True), ("nishi", False), ("yama", False), ("tani", False)]
)
def test_a_centre_makes_rules_for_its_own_area_alone(login, everywhere, issue, request):
    person = request.getfixturevalue(login)
    with pytest.raises(NotAllowedError):
        learn(issue, person, **({"area_id": None} if everywhere else {}))


def test_the_dry_run_names_the_cells_and_months_and_equals_the_next_look(issue, mori, kato, nishi):
    file(kato, kato)
    lines = tried(issue, mori, area_id=None)
    assert len(lines) == 2  # east by the issue's own cases, west
    learn(issue, mori, area_id=None)
    look()
    assert {found.area_id for found in candidates()} == {
        issue.area_id,
        min(nishi.area_ids(Role.CENTRE)),
    }
    assert {line.month for line in lines} == {the_clock.today().replace(day=1)}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", ["sato", "mori"])
def test_the_form_is_filled_in_from_the_grouping_and_tried_before_it_is_kept(
    login, lang, issue, request, sign_in
):
    browser = sign_in(request.getfixturevalue(login))
    url = f"{RULES}from/{issue.id}?lang={lang}"
    page = browser.get(url)
    assert_sound(page.text, url, lang)
    assert 'name="cases"' in page.text
    seen = browser.send(url, {**fields_of(page, "cases"), "try": "1"})
    assert seen.status_code == 200
    assert ("would have made 1 candidate" if lang == "en" else "1件の候補") in seen.text
    assert learning.learnt_rules(request.getfixturevalue(login)) == []
    kept = browser.post_form(url, {"cases": "2"})
    assert kept.status_code == 303
    rules = browser.get(f"{RULES}?lang={lang}")
    assert_sound(rules.text, RULES, lang)


def test_mori_ends_a_rule_on_the_page_and_sato_reads_that_it_was(sign_in, issue, mori, sato):
    kept = learn(issue, mori, area_id=None)
    browser = sign_in(mori)
    assert browser.post_form(RULES, to=f"{RULES}{kept.id}/end").status_code == 303
    assert "ended" in sign_in(sato).get(f"{RULES}?lang=en").text


def test_a_centre_cannot_end_the_rule_of_all_areas(sign_in, issue, mori, sato):
    kept = learn(issue, mori, area_id=None)
    assert sign_in(sato).send(f"{RULES}{kept.id}/end").status_code == 403


def test_a_centre_is_led_to_no_issue_of_another_area(sign_in, issue, mori, sato, nishi):
    learn(issue, mori, area_id=None)
    address = f"/issues/{issue.id}"
    assert address in sign_in(sato).get(RULES).text
    page = sign_in(nishi).get(RULES).text
    assert issue.number in page
    assert address not in page


def test_the_other_town_knows_of_no_rule(sign_in, issue, mori, tani):
    kept = learn(issue, mori)
    browser = sign_in(tani)
    assert f"rule-{kept.id}" not in browser.get(RULES).text
    assert browser.send(f"{RULES}{kept.id}/end").status_code == 404
    assert learning.get_rule(mori, kept.id).municipality_id == CITY
