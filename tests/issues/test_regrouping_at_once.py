"""Two people regroup the same issues at the same moment: one is told, and no case is lost."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import factories
from tests.issues.test_regrouping_pages import fields_of
from tests.regroup import WHY, join
from tracker.core.db import db
from tracker.issues import queries as issue_queries
from tracker.issues.models import RegionalIssue

pytestmark = pytest.mark.both
DONE = 303
TOLD = {409, 422}  # it changed meanwhile; or what was chosen is no choice any more


@pytest.fixture
def three(aoi, sato):
    """Three accepted cases of Aoi."""
    return [factories.accept(factories.make_case(by=aoi), by=sato) for _ in range(3)]


@pytest.fixture
def at_once(sign_in, clock):
    """Both have looked at the counts; then each presses the button at the same moment."""

    def press(*acts):
        clock.move(minutes=1)
        ready = []
        for person, url, typed in acts:
            browser = sign_in(person)
            looked = browser.send(url, {**fields_of(browser.get(url).text, url), **typed})
            assert looked.status_code == 200, looked.text
            ready.append((browser, url, fields_of(looked.text, url)))
        db.session.rollback()
        together = threading.Barrier(len(ready))

        def click(one):
            browser, url, fields = one
            together.wait(10)
            return browser.send(url, fields).status_code

        with ThreadPoolExecutor(len(ready)) as fingers:
            return sorted(fingers.map(click, ready))  # what was done comes first

    return press


def held(*issues):
    """Keys of the cases of each issue as they are now."""
    db.session.expire_all()
    return [issue_queries.case_ids(issue.id) for issue in issues]


def test_the_same_cases_are_split_off_once(three, sato, mori, at_once):
    wide = factories.make_issue(sato, *three)
    target = factories.make_issue(sato, three[0])
    url = f"/issues/{wide.id}/split"
    new = {"title": "通院", "statement": "通院の足がない。", "reason": WHY}
    there = {"target_id": str(target.id), "reason": WHY}
    ticked = {"case_ids": [str(three[2].id)]}
    done, told = at_once((sato, url, {**new, **ticked}), (mori, url, {**there, **ticked}))
    assert done == DONE
    assert told in TOLD
    assert held(wide) == [[three[0].id, three[1].id]]
    holding = [issue.id for issue in db.session.query(RegionalIssue) if issue.id != wide.id]
    found = [issue_queries.case_ids(issue_id) for issue_id in holding]
    assert sum(three[2].id in cases for cases in found) == 1


def test_two_issues_are_not_joined_into_each_other(three, sato, mori, at_once):
    one, other = factories.make_issue(sato, *three[:2]), factories.make_issue(sato, *three[1:])
    into_other = (sato, f"/issues/{one.id}/join", {"kept_id": str(other.id), "reason": WHY})
    into_one = (mori, f"/issues/{other.id}/join", {"kept_id": str(one.id), "reason": WHY})
    done, told = at_once(into_other, into_one)
    assert done == DONE
    assert told in TOLD
    assert sorted(held(one, other)) == [[], [case.id for case in three]]
    assert [one.joined_into_id, other.joined_into_id].count(None) == 1


def test_an_act_is_taken_back_once(three, sato, sign_in):
    wide, gone = factories.make_issue(sato, *three), factories.make_issue(sato, three[0])
    act = join(gone, wide, sato)
    url = f"/issues/regroupings/{act.id}"
    first, second = (sign_in(sato), sign_in(sato))
    fields = [fields_of(browser.get(url).text, f"{url}/undo") for browser in (first, second)]
    db.session.rollback()
    together = threading.Barrier(2)

    def click(browser, sent):
        together.wait(10)
        return browser.send(f"{url}/undo", sent).status_code

    with ThreadPoolExecutor(2) as fingers:
        assert sorted(fingers.map(click, (first, second), fields)) == [DONE, 409]
    assert held(wide, gone) == [[case.id for case in three], [three[0].id]]
