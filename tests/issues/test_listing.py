"""The list of issues: by priority and by age, narrowed down, page after page."""

import pytest

from tests import factories
from tests.house.test_pages import assert_sound
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import listing
from tracker.issues.models import IssueStatus, RegionalIssue
from tracker.issues.priority import queries as priorities
from tracker.issues.priority import service as priority
from tracker.issues.priority.models import BandReason
from tracker.issues.weighing import Band

S = IssueStatus


def set_to(issue, band, by):
    reason = BandReason.OTHER
    priority.set_band(issue, band, reason, "会議の意見。", by=by, at=the_clock.now())
    db.session.commit()


def numbers(text, *issues):
    """The issues in the order in which their numbers stand on the page."""
    places = {issue.id: text.find(f'href="/issues/{issue.id}"') for issue in issues}
    return [key for key, place in sorted(places.items(), key=lambda p: p[1]) if place >= 0]


@pytest.fixture
def three(aoi, sato, mori):
    """Of the same weight but for hands: C, A by hand, and one that is over."""
    made = [factories.make_issue(sato, factories.make_case(by=aoi)) for _ in range(3)]
    set_to(made[1], Band.A, mori)
    from tracker.issues import service

    service.decline(made[2], "配達があります。", by=sato, at=the_clock.now())
    db.session.commit()
    return made


def test_open_ones_stand_first_by_priority(three, mori, sign_in):
    plain, first, over = three
    browser = sign_in(mori)
    assert numbers(browser.get("/issues/").text, *three) == [first.id, plain.id, over.id]
    newest = numbers(browser.get("/issues/?order=newest").text, *three)
    assert newest == [over.id, first.id, plain.id]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("band=A", [1]),
        ("band=C", [0, 2]),
        ("status=declined", [2]),
        ("level=area", [1, 0, 2]),
        ("level=prefecture", []),
        ("type=HK03", [1, 0, 2]),
        ("type=HK01", []),
        ("area=town", []),
        ("band=A&status=declined", []),
    ],
)
def test_the_address_narrows_the_list(three, mori, sign_in, asked, expected):
    answer = sign_in(mori).get(f"/issues/?{asked}")
    assert answer.status_code == 200
    found = numbers(answer.text, *three)
    assert sorted(found) == sorted(three[place].id for place in expected)
    assert_sound(answer.text, asked, "ja")


@pytest.mark.both
def test_pages_follow_each_other_without_a_gap_or_a_double(aoi, sato, mori, sign_in, monkeypatch):
    from tracker.core import paging

    case = factories.make_case(by=aoi)
    made = [factories.make_issue(sato, case) for _ in range(7)]
    for issue in made[::3]:
        set_to(issue, Band.A, mori)
    rows = listing.issues(mori, listing.IssueFilter())
    browser, seen = sign_in(mori), []
    in_order = rows.order_by(listing.place().desc(), RegionalIssue.id.desc())
    whole = [row.id for row in db.session.execute(in_order)]
    monkeypatch.setattr(paging.ranked_page_of, "__kwdefaults__", {"per_page": 3})
    url = "/issues/"
    pages = []
    for _ in range(3):
        page = browser.get(url).text
        found = numbers(page, *made)
        pages.append(found)
        seen += found
        url = f"/issues/?after={found[-1]}"
    assert seen == whole
    back = numbers(browser.get(f"/issues/?before={pages[2][0]}").text, *made)
    assert back == pages[1]


def test_the_place_of_an_issue_of_others_leads_nowhere(three, tani, sign_in):
    page = sign_in(tani).get(f"/issues/?after={three[1].id}")
    assert page.status_code == 200
    assert numbers(page.text, *three) == []


def test_other_towns_are_told_as_a_number_only(three, mori, ono, tani, sign_in):
    theirs = factories.make_issue(tani, factories.make_case(by=ono), title="川瀬の題")
    text = sign_in(mori).get(f"/issues/{three[0].id}?lang=en").text
    assert "other municipalities" not in text  # a candidate is no issue yet
    from tracker.issues import service

    service.confirm(theirs, by=tani, at=the_clock.now())
    db.session.commit()
    text = sign_in(mori).get(f"/issues/{three[0].id}?lang=en").text
    assert "a few other municipalities" in text
    assert "川瀬の題" not in text
    assert priorities.priority_of(three[0], {}).towns_alike == 1


def test_an_agenda_is_filled_by_priority(aoi, sato, mori):
    made = [
        factories.make_issue(sato, factories.make_case(by=aoi), status=S.CONFIRMED)
        for _ in range(2)
    ]
    set_to(made[1], Band.A, mori)
    labels = [choice.label for choice in listing.open_for_agenda(mori)]
    assert labels == [
        f"A {made[1].number} {made[1].title}",
        f"C {made[0].number} {made[0].title}",
    ]
