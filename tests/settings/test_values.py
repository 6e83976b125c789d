"""Numbers a town sets: defaults, who changes them, bounds, putting back, two people at once."""

import pytest
import sqlalchemy as sa

from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from tracker.settings.values import queries, service
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key, TownValue

CITY, TOWN = 98201, 98321
PAGE, ALL = "/settings/values/", "/settings/"


def set_rule(by, after=0, town=CITY, **numbers):
    """These numbers of the rule are set."""
    chosen = {Key(f"rule_{name}"): number for name, number in numbers.items()}
    done = service.set_values(
        town, NumberGroup.RULE, chosen, by=by, at=the_clock.now(), after=after
    )
    db.session.commit()
    return done


def held(viewer, key=Key.RULE_CASES, town=CITY):
    """The number as the page shows it."""
    found = queries.town_values(viewer, town)[DEFINITIONS[key].group]
    return next(one for one in found if one.key is key)


def typed(browser, group="rule", **changes):
    """The form as it is open, with changes; a box left out is not ticked."""
    form = next(
        form
        for form in parsed(browser.get(f"{PAGE}{group}").text).iter("form")
        if any(field.get("name") == "version" for field in form.iter())
    )
    fields = {**form_fields(form), **changes}
    return {name: value for name, value in fields.items() if value is not None}


# --- reading ---


def test_every_key_has_a_definition_within_its_own_bounds():
    assert set(DEFINITIONS) == set(Key)
    assert {key for group in NumberGroup for key in keys_of(group)} == set(Key)
    for definition in DEFINITIONS.values():
        size = len(definition.default_value) if definition.is_words else definition.default
        assert definition.least <= size <= definition.most


@pytest.mark.both
def test_a_town_that_has_set_nothing_has_the_defaults(mori):
    assert queries.value_of(CITY, Key.RULE_CASES) == 3
    assert queries.values_of([CITY, TOWN])[TOWN][Key.BAND_A] == 22
    assert held(mori).is_default
    assert held(mori).changed_by == ""


@pytest.mark.both
def test_what_one_town_sets_holds_there_alone(mori):
    set_rule(mori, cases=5)
    assert queries.value_of(CITY, Key.RULE_CASES) == 5
    assert queries.value_of(TOWN, Key.RULE_CASES) == 3
    found = queries.values_of([CITY, TOWN])
    assert (found[CITY][Key.RULE_CASES], found[TOWN][Key.RULE_CASES]) == (5, 3)


def test_all_numbers_of_all_towns_are_one_statement(app, statements):
    with statements() as seen:
        queries.values_of([CITY, TOWN])
    assert len(seen) == 1


def test_the_other_town_reads_nothing_of_it(tani):
    with pytest.raises(NotFoundError):
        queries.town_values(tani, CITY)


# --- setting ---


def test_setting_a_number_says_who_and_when_and_is_audited(mori, clock):
    set_rule(mori, cases=5, months=6)
    assert held(mori).changed_by == mori.name
    assert held(mori).changed_at == clock.now()
    assert held(mori, Key.RULE_MONTHS).changed_by == ""  # it was six before
    entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.verb == "town_value.set"
    assert entry.facts["now"] == {
        "key": "rule_cases",
        "value": 5,
        "number": 1,
        "valid_from": the_clock.today().isoformat(),
    }


@pytest.mark.parametrize("login", ["sato", "yama", "tani", "aoi"])
def test_only_officers_of_the_town_set_it(login, request):
    with pytest.raises(NotAllowedError):
        set_rule(request.getfixturevalue(login), cases=5)


@pytest.mark.parametrize(
    ("name", "number"),
    [("cases", 0), ("months", 0), ("offices", 0), ("hours", 0), ("cases", 100), ("single", 2)],
)
def test_a_number_out_of_bounds_is_refused(name, number, mori):
    with pytest.raises(InvalidInputError) as refused:
        set_rule(mori, **{name: number})
    assert refused.value.field == f"rule_{name}"


def test_the_second_band_begins_below_the_first(mori):
    bands = {Key.BAND_A: 14, Key.BAND_B: 14}
    with pytest.raises(InvalidInputError) as refused:
        service.set_values(CITY, NumberGroup.PRIORITY, bands, by=mori, at=the_clock.now(), after=0)
    assert refused.value.field == Key.BAND_B


def test_whoever_read_an_older_state_is_refused(mori, hara):
    set_rule(mori, cases=5)
    with pytest.raises(ConflictError):
        set_rule(hara, months=12)
    assert queries.value_of(CITY, Key.RULE_MONTHS) == 6


def test_putting_back_keeps_who_did_it_and_an_older_form_stays_old(mori, hara):
    set_rule(mori, cases=5)
    service.put_back(CITY, Key.RULE_CASES, by=hara, at=the_clock.now(), after=1)
    db.session.commit()
    back = held(mori)
    assert (back.value, back.is_default, back.changed_by) == (3, True, hara.name)
    with pytest.raises(ConflictError):
        set_rule(mori, cases=4, after=1)


# --- pages ---


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", ["sato", "yama", "mori"])
def test_the_page_is_sound_for_whoever_reads_settings(login, lang, request, sign_in, mori):
    set_rule(mori, cases=5)
    answer = sign_in(request.getfixturevalue(login)).get(f"{ALL}?lang={lang}")
    assert_sound(answer.text, ALL, lang)
    assert mori.name in answer.text
    assert ("/default" in answer.text) == (login == "mori")


def test_a_centre_cannot_open_the_form_nor_send_it(sign_in, sato):
    browser = sign_in(sato)
    assert browser.get(f"{PAGE}rule").status_code == 403
    assert browser.send(f"{PAGE}rule").status_code == 403
    assert browser.send(f"{PAGE}rule_cases/default").status_code == 403


def test_mori_saves_a_group_and_puts_one_back(sign_in, mori):
    browser = sign_in(mori)
    answer = browser.post(f"{PAGE}rule", data=typed(browser, rule_cases="５", rule_single=None))
    assert answer.status_code == 303
    assert queries.value_of(CITY, Key.RULE_CASES) == 5
    assert queries.value_of(CITY, Key.RULE_SINGLE) == 0
    form = next(
        form
        for form in parsed(browser.get(ALL).text).iter("form")
        if (form.get("action") or "").startswith(f"{PAGE}rule_cases/default")
    )
    assert browser.post(f"{PAGE}rule_cases/default", data=form_fields(form)).status_code == 303
    assert queries.value_of(CITY, Key.RULE_CASES) == 3


def test_a_rule_of_no_case_is_refused_in_words_and_what_was_typed_stays(sign_in, mori):
    browser = sign_in(mori)
    answer = browser.post(
        f"{PAGE}rule?lang=en", data=typed(browser, rule_cases="0", rule_months="13")
    )
    assert answer.status_code == 422
    assert "A rule of 0 cases would propose what nobody filed a case about." in answer.text
    assert 'value="13"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TownValue)) == 0


def test_of_two_officers_the_second_sees_both_numbers(sign_in, mori, hara):
    browser = sign_in(hara)
    fields = typed(browser, rule_months="12")
    set_rule(mori, cases=5)
    answer = browser.post(f"{PAGE}rule?lang=en", data=fields)
    assert answer.status_code == 409
    assert "What is saved now" in answer.text
    assert queries.value_of(CITY, Key.RULE_MONTHS) == 6


def test_the_form_sent_twice_sets_it_once(sign_in, mori):
    browser = sign_in(mori)
    fields = typed(browser, rule_cases="5")
    assert [browser.post(f"{PAGE}rule", data=fields).status_code for _ in "ab"] == [303, 303]
    assert held(mori).version == 1


@pytest.mark.parametrize("path", ["nothing", "nothing/default"])
def test_a_number_nobody_knows_is_not_found(path, sign_in, mori):
    answer = sign_in(mori).send(PAGE + path) if "/" in path else sign_in(mori).get(PAGE + path)
    assert answer.status_code == 404
