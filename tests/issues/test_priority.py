"""The priority of an issue: counted from its cases, shown part by part, set by hand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests import factories
from tests.issues.test_pages import form_of
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import listing, service
from tracker.issues.evidence import months_back
from tracker.issues.models import IssueStatus
from tracker.issues.priority import queries
from tracker.issues.priority import service as priority
from tracker.issues.priority.models import BandReason, IssueWeight
from tracker.issues.weighing import Band, Feasibility, Part, Severity
from tracker.jobs import daily
from tracker.settings.values import service as values
from tracker.settings.values.definitions import DEFINITIONS, keys_of
from tracker.settings.values.kinds import NumberGroup
from tracker.settings.values.models import Key


def who(person):
    return {"by": person, "at": the_clock.now()}


def weight(issue):
    return db.session.get_one(IssueWeight, issue.id, populate_existing=True)


def set_to(issue, band, by):
    priority.set_band(issue, band, BandReason.HIDDEN_NEED, "声は多い。", **who(by))
    db.session.commit()


@pytest.mark.both
def test_the_row_follows_the_cases_of_the_issue(aoi, kato, sato, mori):
    first, second = factories.make_case(by=aoi), factories.make_case(by=kato, minutes_each=100)
    issue = factories.make_issue(mori, first, second, area_id=None)
    row = weight(issue)
    assert (row.cases, row.offices, row.minutes, row.gap) == (2, 2, 420, "G1")
    # 1×3 cases, 0 severity, 1×2 offices, 3×2 gap, 2×1 minutes, 1×1 more than the year before
    assert (row.score, row.band) == (14, Band.B)
    service.detach(issue, second.id, **who(mori))
    db.session.commit()
    row = weight(issue)
    assert (row.cases, row.offices, row.minutes, row.score) == (1, 1, 120, 8)


@pytest.mark.both
def test_only_the_last_twelve_months_count_and_the_same_months_a_year_before_are_compared(
    aoi, mori
):
    months = months_back(the_clock.today(), 16)
    cases = [
        factories.make_case(by=aoi, occurred_month=months[back])
        for back in (0, 1, 3, 4, -3, -1)  # too old, a year ago twice, 12 months ago, lately twice
    ]
    row = weight(factories.make_issue(mori, *cases))
    assert (row.cases, row.latest, row.year_before) == (3, 2, 2)


@pytest.mark.both
def test_withdrawn_cases_weigh_nothing_from_the_next_round_on(aoi, sato, app, clock):
    case, other = factories.make_case(by=aoi), factories.make_case(by=aoi)
    issue = factories.make_issue(sato, case, other)
    factories.withdraw(other, by=aoi)
    daily.weigh_issues(clock.now())
    assert weight(issue).cases == 1


def test_the_commonest_gap_speaks_until_the_statement_does(aoi, mori):
    cases = [factories.make_case(by=aoi, gap=gap) for gap in ("G4", "G3", "G3")]
    issue = factories.make_issue(mori, *cases)
    assert weight(issue).gap == "G3"
    said = factories.issue_draft(issue.area_id, gap="G1")
    service.rewrite(issue, said, today=the_clock.today(), **who(mori))
    db.session.commit()
    assert weight(issue).gap == "G1"


@pytest.mark.both
def test_the_daily_round_forgets_what_is_a_year_old(issue, clock):
    assert weight(issue).cases == 1
    clock.move(days=400)
    daily.weigh_issues(clock.now())
    assert (weight(issue).cases, weight(issue).gap) == (0, "G1")


def test_other_weights_of_the_town_count_at_once(issue, mori):
    before = weight(issue).score
    numbers = {key: DEFINITIONS[key].default for key in keys_of(NumberGroup.PRIORITY)}
    numbers[Key.W_GAP] = 9
    values.set_values(issue.municipality_id, NumberGroup.PRIORITY, numbers, after=0, **who(mori))
    db.session.commit()
    assert weight(issue).score == before + 3 * 7


def test_whoever_confirms_says_what_is_at_stake(issue, sato, sign_in):
    url = f"/issues/{issue.id}"
    browser = sign_in(sato)
    refused = browser.post_form(url, to=f"{url}/confirm")
    assert (refused.status_code, issue.status) == (422, IssueStatus.CANDIDATE)
    typed = {"severity": "3", "feasibility": "1"}
    assert browser.post_form(url, typed, to=f"{url}/confirm").status_code == 303
    row = weight(issue)
    assert (row.severity, row.feasibility) == (3, 1)
    assert row.score == 8 + 9


def test_feasibility_stands_beside_and_adds_nothing(issue, road, sato):
    road.lead(issue, IssueStatus.CONFIRMED)
    before = weight(issue).score
    priority.weigh(issue, Severity.INCONVENIENCE, Feasibility.READY, **who(sato))
    db.session.commit()
    assert (weight(issue).score, weight(issue).feasibility) == (before, 3)


def test_a_band_is_set_by_hand_with_a_reason_and_given_back(issue, mori, hara):
    set_to(issue, Band.A, mori)
    row = weight(issue)
    assert (row.band, row.set_band, row.set_by_id) == (Band.C, Band.A, mori.person_id)
    choice = db.session.execute(listing.issues(mori, listing.IssueFilter(band=Band.A))).one()
    assert (choice.id, choice.band) == (issue.id, Band.A)
    priority.release_band(issue, **who(hara))
    db.session.commit()
    row = weight(issue)
    assert (row.set_band, row.set_sentence, row.set_at) == (None, "", None)
    verbs = db.session.scalars(
        sa.select(AuditEntry.verb).filter_by(subject="issues").order_by(AuditEntry.id)
    ).all()
    assert verbs[-2:] == ["issue.band_set", "issue.band_released"]


def test_a_band_without_a_sentence_is_refused(issue, mori):
    with pytest.raises(InvalidInputError) as refused:
        priority.set_band(issue, Band.A, BandReason.LAW, "", **who(mori))
    assert refused.value.field == "band_sentence"


def test_what_was_not_set_cannot_be_given_back(issue, mori):
    with pytest.raises(ConflictError):
        priority.release_band(issue, **who(mori))


@pytest.mark.parametrize("verb", ["weigh", "set_band", "release_band"])
def test_strangers_and_readers_weigh_nothing(issue, yama, tani, verb):
    more = {
        "weigh": (Severity.LIFE, None),
        "set_band": (Band.A, BandReason.LAW, "法律。"),
        "release_band": (),
    }
    for person in (yama, tani):
        with pytest.raises(NotAllowedError):
            getattr(priority, verb)(issue, *more[verb], **who(person))


def test_what_is_over_is_weighed_no_more(issue, road, mori):
    road.lead(issue, IssueStatus.DECLINED)
    with pytest.raises(ConflictError):
        priority.weigh(issue, Severity.LIFE, None, **who(mori))
    with pytest.raises(ConflictError):
        set_to(issue, Band.A, mori)


def test_the_page_shows_each_part_its_number_and_why(issue, mori, sign_in):
    text = sign_in(mori).get(f"/issues/{issue.id}?lang=en").text
    shown = queries.priority_of(issue, {"G1": "No resource"})
    assert sum(line.total for line in shown.lines) == shown.score == weight(issue).score
    assert [line.part for line in shown.lines] == list(Part)
    for words in ("1 case in the last twelve months", "Nobody has said yet", "120 minutes in all"):
        assert words in text


def test_a_band_is_set_on_the_page_and_taken_back(issue, mori, sign_in):
    url, browser = f"/issues/{issue.id}", sign_in(mori)
    typed = {"band": "A", "band_reason": "law", "band_sentence": ""}
    refused = browser.post_form(url, typed, to=f"{url}/band")
    assert refused.status_code == 422
    typed["band_sentence"] = "計画に書かれている。"
    assert browser.post_form(url, typed, to=f"{url}/band").status_code == 303
    assert "計画に書かれている。" in browser.get(url).text
    fields = form_of(browser.get(url), f"{url}/band/release")
    assert browser.post(f"{url}/band/release", data=fields).status_code == 303
    assert weight(issue).set_band is None


@pytest.mark.both
def test_counting_many_costs_as_many_statements_as_counting_one(aoi, sato, statements):
    made = [factories.make_issue(sato, factories.make_case(by=aoi)) for _ in range(4)]
    ids = [issue.id for issue in made]
    costs = []
    for some in (ids[:1], ids):
        db.session.commit()
        with statements() as seen:
            priority.count_anew(some, at=the_clock.now() + timedelta(1), today=the_clock.today())
        costs.append(len([one for one in seen if one.startswith("SELECT")]))
    assert costs[0] == costs[1]


def test_a_centre_weighs_its_own_areas_alone(issue, nishi):
    assert issue.area_id not in nishi.area_ids(Role.CENTRE)
    with pytest.raises(NotAllowedError):
        priority.weigh(issue, Severity.LIFE, None, **who(nishi))
