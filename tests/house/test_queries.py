"""A list costs the same number of statements whether it shows one row or twenty."""

import pytest

from tests import (
    agreements,
    desk,
    driving,
    factories,
    links,
    material,
    past_cases,
    regroup,
    sittings,
    taking_out,
    told,
)
from tests.issues import repeating
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core.db import db
from tracker.issues import queries as issue_queries
from tracker.issues import service as issues
from tracker.issues.models import IssueStatus
from tracker.meetings.series.models import Rule
from tracker.settings.values.models import Key
from tracker.taxonomy import queries as taxonomy

ROWS = 20


def _file(number, aoi, sato, mori):
    factories.make_case(by=aoi)


def _accept(number, aoi, sato, mori):
    return factories.accept(factories.make_case(by=aoi), by=sato)


def _of_another_type(number, aoi, sato, mori):
    """Twenty types of different families, where there are so many."""
    types = taxonomy.act_types(the_clock.today())
    types = sorted(types, key=lambda act: (act.code[2:], act.code))
    factories.make_case(by=aoi, act_type=types[number].code)


def _join(number, aoi, sato, mori):
    factories.make_person(f"colleague{number}", min(aoi.organisation_ids(Role.AGENCY)))


def _found(number, aoi, sato, mori):
    (town,) = aoi.municipality_ids(Role.AGENCY)
    factories.make_organisation(f"第{number}ケアプラン", town)


def _begin(number, aoi, sato, mori):
    """Something stands in one town more."""
    factories.make_organisation("役場", 13101 + number)


def _classify(number, aoi, sato, mori):
    factories.make_act_type(f"ZZ{number:02}")


def _raise(number, aoi, sato, mori):
    case = _accept(number, aoi, sato, mori)
    return factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)


def _tell_the_same(number, aoi, sato, mori):
    """Every other case speaks of a van, so that two of them repeat."""
    words = "移動販売車が来ない日の買い物" if number % 2 else f"{number}番目の別の困りごと"
    factories.make_case(by=aoi, summary=words)


def _plan(number, aoi, sato, mori):
    meeting = factories.plan_meeting(mori)
    factories.put_on_agenda(meeting, _raise(number, aoi, sato, mori), by=mori)
    factories.invite_to(meeting, mori, factories.person_called("iin").person_id)
    factories.publish_meeting(meeting, mori)


def _hold(number, aoi, sato, mori):
    meeting = factories.plan_meeting(mori)
    factories.put_on_agenda(meeting, _raise(number, aoi, sato, mori), by=mori)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)


def _hold_another(number, aoi, sato, mori):
    series = sittings.make_series(mori, name=f"第{number}の会議")
    meeting = sittings.plan_sitting(series, mori)
    factories.put_on_agenda(meeting, _raise(number, aoi, sato, mori), by=mori)
    factories.begin_meeting(factories.publish_meeting(meeting, mori), mori)


def _act(number, aoi, sato, mori):
    factories.make_action(_raise(number, aoi, sato, mori), mori)


def _act_with_milestone(number, aoi, sato, mori):
    action = factories.make_action(_raise(number, aoi, sato, mori), mori)
    driving.add_milestone(action, mori)


def _stop(number, aoi, sato, mori):
    factories.end_action(factories.make_action(_raise(number, aoi, sato, mori), mori), mori)


def _agree(number, aoi, sato, mori):
    agreements.enter(mori)


def _add(number, aoi, sato, mori):
    factories.make_resource(sato, name_ja=f"見晴らし{number}号")


def _import(number, aoi, sato, mori):
    past_cases.checked(aoi, past_cases.past_row(summary=f"相談 {number}"))


def _call(number, aoi, sato, mori):
    links.make_link(mori, name=f"宿直室 {number}")
    links.remove_link(links.make_link(mori, name=f"旧宿直室 {number}"), mori)


def _note(number, aoi, sato, mori):
    types = taxonomy.act_types(the_clock.today())
    links.write_note(mori, types[number].code)


def _announce(number, aoi, sato, mori):
    links.announce(mori, text=f"お知らせ {number}")


def _set(number, aoi, sato, mori):
    links.set_value(mori, Key.STILL_DAYS, 31 + number)


def _write(number, aoi, sato, mori):
    links.write_note(mori, notice=f"お知らせ {number}")


def _vouch(number, aoi, sato, mori):
    links.write_note(mori, confirmed=[f"field{number}"])


def _repeat(number, aoi, sato, mori):
    types = taxonomy.act_types(the_clock.today())
    repeating.file(aoi, act_type=types[number].code, gap="G1", urgency="E1")
    repeating.look()


def _teach(number, aoi, sato, mori):
    issue = _raise(number, aoi, sato, mori)
    repeating.learn(issue, mori, cases=number + 50)


def _word(number, aoi, sato, mori):
    desk.make_template(sato, title=f"ひな形 {number}")


def _set_up(number, aoi, sato, mori):
    sittings.make_series(mori, name=f"第{number}協議会")


def _ask(number, aoi, sato, mori):
    told.ask(factories.make_case(by=aoi), factories.make_resource(sato))


def _refuse(number, aoi, sato, mori):
    told.refuse(factories.make_person(f"reader{number}", min(aoi.organisation_ids(Role.AGENCY))))


def _open(number, aoi, sato, mori):
    taking_out.opened(factories.make_case(by=aoi), sato)


def _strike(number, aoi, sato, mori):
    taking_out.take_out(factories.make_case(by=aoi), factories.person_called("kansa"))


def _take(number, aoi, sato, mori):
    factories.make_case(by=aoi)
    taking_out.note_paper(mori)


LISTS = {  # address → who opens it, what makes one row more
    "/": ("sato", _file),
    "/?": ("mori", _plan),
    "/cases/": ("aoi", _file),
    "/cases/import": ("aoi", _import),
    "/triage/": ("sato", _file),
    "/triage/?part=sort": ("sato", _accept),
    "/triage/?part=unassigned&case=1": ("sato", _file),
    "/triage/templates/": ("sato", _word),
    "/matrix/": ("mori", _of_another_type),
    "/matrix/?family=HK": ("sato", _of_another_type),
    "/matrix/cases/": ("mori", _accept),
    "/matrix/alike?months=all": ("mori", _tell_the_same),
    "/candidates/": ("sato", _repeat),
    "/candidates/rules/": ("mori", _teach),
    "/issues/": ("mori", _raise),
    "/issues/?order=newest&band=C": ("mori", _raise),
    "/meetings/": ("mori", _plan),
    "/meetings/look-back/": ("mori", _hold_another),
    "/meetings/series/": ("mori", _set_up),
    "/meetings/?": ("iin", _plan),
    "/actions/": ("mori", _act),
    "/actions/?view=board": ("mori", _act_with_milestone),
    "/actions/?view=time": ("mori", _act_with_milestone),
    "/actions/lessons/": ("mori", _stop),
    "/actions/agreements/": ("mori", _agree),
    "/actions/hand-over": ("mori", _act),
    "/resources/": ("sato", _add),
    "/resources/leaflet": ("sato", _add),
    "/resources/resources.json": ("sato", _add),
    "/insights/coverage/": ("sato", _add),
    "/search?q=買い物": ("aoi", _file),
    "/search?q=買い物&kind=issue": ("mori", _raise),
    "/audit/": ("kansa", _accept),
    "/people/": ("mori", _join),
    "/people/review/": ("mori", _join),
    "/people/letters/": ("mori", _found),
    "/settings/setup/98201/places": ("mori", _found),
    "/settings/setup/": ("kanri", _begin),
    "/organisations/": ("mori", _found),
    "/notices/": ("aoi", _accept),
    "/answers/": ("aoi", _ask),
    "/settings/mail/": ("kanri", _refuse),
    "/insights/office-sheet/": ("aoi", _accept),
    "/act-types/": ("aoi", _classify),
    "/settings/": ("mori", _call),
    "/settings/announcements/": ("mori", _announce),
    "/settings/values/still_days/versions": ("mori", _set),
    "/settings/types/": ("mori", _note),
    "/settings/types/HK03": ("mori", _write),
    "/audit/warnings": ("kansa", _vouch),
    "/audit/opened": ("kansa", _open),
    "/audit/redactions/": ("kansa", _strike),
    "/audit/exports/": ("mori", _take),
}


def _assert_same_cost(for_one, for_many):
    assert len(for_many) == len(for_one), (
        f"load what each row needs in the list's own query (joinedload, columns): {for_many}"
    )


@pytest.mark.parametrize("url", LISTS)
def test_a_list_of_twenty_costs_as_many_statements_as_a_list_of_one(
    url, request, sign_in, statements, clock, aoi, sato, mori
):
    login, make = LISTS[url]
    make(0, aoi, sato, mori)
    clock.move(minutes=16)
    browser = sign_in(request.getfixturevalue(login))
    browser.get(url)
    with statements() as for_one:
        short = browser.get(url)
    for number in range(1, ROWS):
        make(number, aoi, sato, mori)
    clock.move(minutes=16)
    browser.get(url)  # a changed taxonomy is read anew once
    with statements() as for_twenty:
        long = browser.get(url)
    assert short.status_code == long.status_code == 200
    assert len(long.text) > len(short.text), "the rows are not on the page"
    _assert_same_cost(for_one, for_twenty)


def _attach(issue, aoi, sato, mori):
    cases = [_accept(0, aoi, sato, mori).id for _ in range(3)]
    issues.attach(issue, cases, by=sato, at=the_clock.now())
    db.session.commit()


def _rewrite(issue, aoi, sato, mori):
    for number in range(3):
        draft = factories.issue_draft(issue.area_id, cause=f"原因 {number}")
        who = {"by": mori, "at": the_clock.now(), "today": the_clock.today()}
        issues.rewrite(issue, draft, **who)
    db.session.commit()


def _put_on(meeting, aoi, sato, mori):
    for number in range(3):
        factories.put_on_agenda(meeting, _raise(number, aoi, sato, mori), by=mori)
        factories.invite_to(meeting, mori)


def _issue(aoi, sato, mori):
    return _raise(0, aoi, sato, mori)


def _whole(aoi, sato, mori):
    """An issue with one part, and a case that was split off."""
    issue = _raise(0, aoi, sato, mori)
    _attach(issue, aoi, sato, mori)
    _link(issue, aoi, sato, mori)
    return issue


def _link(issue, aoi, sato, mori):
    for _ in range(2):
        regroup.link(_raise(0, aoi, sato, mori), issue, sato)
    regroup.split(issue, [_case_of(issue)], sato)


def _case_of(issue):
    return issue_queries.case_ids(issue.id)[-1]


def _meeting(aoi, sato, mori):
    meeting = factories.plan_meeting(mori)
    factories.put_on_agenda(meeting, _raise(0, aoi, sato, mori), by=mori)
    return factories.publish_meeting(meeting, mori)


def _series(aoi, sato, mori):
    series = sittings.make_series(mori)
    _sit(series, aoi, sato, mori)
    return series


def _sit(series, aoi, sato, mori):
    for number in range(3):
        meeting = sittings.plan_sitting(series, mori)
        factories.put_on_agenda(meeting, _raise(number, aoi, sato, mori), by=mori)
        factories.publish_meeting(meeting, mori)
        sittings.add_member(series, mori)


def _sitting(aoi, sato, mori):
    meeting = sittings.plan_sitting(sittings.make_series(mori), mori)
    _propose(meeting, aoi, sato, mori)
    return meeting


def _propose(meeting, aoi, sato, mori):
    """Issues, one of which stands on the agenda, new cases, and an action."""
    for number in range(3):
        _raise(number, aoi, sato, mori)
    sittings.put(meeting, Rule.ISSUES, mori, sittings.proposed(meeting, Rule.ISSUES, mori)[0].key)
    _act(0, aoi, sato, mori)


def _candidate(aoi, sato, mori):
    _repeat(0, aoi, sato, mori)
    return repeating.candidate()


def _repeat_more(candidate, aoi, sato, mori):
    for _ in range(3):
        _repeat(0, aoi, sato, mori)


def _write_more(issue, aoi, sato, mori):
    for _ in range(2):
        material.write_vignette(issue, mori)
        material.write_option(issue, mori)


PAGES = {  # address → who opens it, what it shows, what makes more stand on it
    "/issues/{}": ("mori", _issue, _attach),
    "/issues/{}/evidence": ("mori", _issue, _attach),
    "/issues/{}/material": ("mori", _issue, _write_more),
    "/issues/{}/versions": ("yama", _issue, _rewrite),
    "/issues/{}/split": ("mori", _issue, _attach),
    "/issues/{}/join": ("mori", _whole, _link),
    "/issues/{}/relations": ("mori", _whole, _link),
    "/candidates/{}": ("sato", _candidate, _repeat_more),
    "/meetings/{}": ("mori", _meeting, _put_on),
    "/meetings/series/{}": ("mori", _series, _sit),
    "/meetings/{}/prepare": ("mori", _sitting, _propose),
    "/meetings/{}/agenda": ("yama", _meeting, _put_on),
    "/meetings/{}/items/1": ("mori", _meeting, _put_on),
    "/meetings/{}/live": ("mori", _meeting, _put_on),
    "/meetings/{}/minutes": ("mori", _meeting, _put_on),
    "/meetings/{}/members": ("mori", _meeting, _put_on),
    "/meetings/{}/tell": ("mori", _meeting, _put_on),
    "/meetings/{}/look-back": ("mori", _meeting, _put_on),
    "/meetings/{}/agenda.docx": ("mori", _meeting, _put_on),
}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_costs_as_many_statements_when_more_stands_on_it(
    address, request, sign_in, statements, clock, aoi, sato, mori
):
    login, make, add = PAGES[address]
    row = make(aoi, sato, mori)
    url, browser = address.format(row.id), sign_in(request.getfixturevalue(login))
    browser.get(url)
    with statements() as before:
        short = browser.get(url)
    add(row, aoi, sato, mori)
    with statements() as after:
        long = browser.get(url)
    assert short.status_code == long.status_code == 200
    _assert_same_cost(before, after)


def test_a_list_of_cases_takes_at_most_five_statements(sign_in, statements, aoi):
    for _ in range(3):
        factories.make_case(by=aoi)
    browser = sign_in(aoi)
    with statements() as seen:
        browser.get("/cases/")
    assert len(seen) <= 5, seen


def test_a_case_takes_at_most_seven_statements(sign_in, statements, aoi):
    case = factories.make_case(by=aoi)
    browser = sign_in(aoi)
    with statements() as seen:
        browser.get(f"/cases/{case.id}")
    assert len(seen) <= 7, seen
