"""The audit log as the privacy officer reads it."""

import re
from pathlib import Path

import pytest

from tests.factories import make_case
from tracker.privacy import labels, queries
from tracker.privacy.queries import LogFilter

TRACKER = Path(__file__).parents[2] / "tracker"


def test_kansa_reads_that_aoi_filed_a_case_but_not_what_it_says(sign_in, aoi, kansa):
    case = make_case(aoi)
    page = sign_in(kansa).get("/audit/").text
    assert "事例" in page
    assert str(case.id) in page
    assert case.summary[:12] not in page


def test_the_log_narrows_to_one_kind_of_thing_and_one_person(sign_in, aoi, kansa):
    make_case(aoi)
    browser = sign_in(kansa)
    assert "提出" in browser.get(f"/audit/?subject=cases&person={aoi.person_id}").text
    assert "提出" not in browser.get("/audit/?subject=meetings").text


@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "ken", "kanri"])
def test_nobody_else_opens_the_log(sign_in, request, login):
    assert sign_in(request.getfixturevalue(login)).get("/audit/").status_code == 403


@pytest.mark.both
def test_the_log_of_another_town_is_not_kansas(app, ono, kansa):
    from tracker.core.db import db

    make_case(ono)
    rows = db.session.execute(queries.entries(kansa, LogFilter(person_id=ono.person_id)))
    assert rows.all() == []


def test_every_verb_of_the_log_has_words():
    verbs = set()
    for path in TRACKER.rglob("*.py"):
        verbs |= set(re.findall(r'record\(\s*[\w.]+,\s*"(\w+\.\w+)"', path.read_text("utf-8")))
    missing = {
        verb
        for verb in verbs
        if verb.split(".")[0] not in labels.THINGS or verb.split(".")[1] not in labels.DONE
    }
    assert not missing, f"Give these verbs words in privacy/labels.py: {sorted(missing)}"
