"""Board, timeline, file, lessons, handing over and standing in, as people meet them."""

import pytest

from tests import driving, factories
from tests.client import parsed
from tests.factories import person_called
from tests.house.test_pages import assert_sound
from tracker.actions import along, board
from tracker.actions.models import Action, Stage
from tracker.actions.queries import ActionFilter
from tracker.core import clock as the_clock
from tracker.core.db import db

SAID = "町内会との約束は来週までです。"


@pytest.fixture
def held(action, sato):
    """The action in Sato's hands, with a milestone."""
    action.holder_id = sato.person_id
    db.session.commit()
    driving.add_milestone(action, sato)
    return action


def columns(viewer, **wanted):
    """Stage → numbers on the board."""
    found = board.board(viewer, ActionFilter(**wanted), the_clock.today())
    return {column.stage: [row.number for row in column.cards] for column in found if column.cards}


@pytest.mark.both
def test_the_board_puts_each_action_under_its_stage_the_nearest_day_first(
    action, issue, sato, mori, tani
):
    later = factories.make_action(issue, by=mori)
    sooner = factories.make_action(issue, by=mori, due_on=the_clock.today())
    factories.move_action(action, Stage.STUDY, by=sato)
    assert columns(mori) == {
        Stage.PROPOSED: [sooner.number, later.number],
        Stage.STUDY: [action.number],
    }
    assert columns(mori, held=True) == {Stage.PROPOSED: [sooner.number, later.number]}
    assert columns(sato, mine=True) == {Stage.STUDY: [action.number]}
    assert columns(tani) == {}


@pytest.mark.both
def test_a_card_says_progress_hands_and_who_stands_in(held, sato, mori, clock):
    driving.delegate(sato, "yama")
    clock.move(days=2)
    (row,) = db.session.execute(board.with_progress(mori, ActionFilter(), the_clock.today()))
    assert (row.steps, row.steps_done, row.steps_late) == (1, 0, 0)
    assert (row.holder, row.deputy) == (sato.name, person_called("yama").name)
    clock.move(days=40)
    (row,) = db.session.execute(board.with_progress(mori, ActionFilter(), the_clock.today()))
    assert (row.steps_late, row.deputy) == (1, None)


def test_of_what_has_ended_the_board_shows_ten_and_counts_the_rest(issue, mori):
    for _ in range(12):
        factories.end_action(factories.make_action(issue, by=mori), by=mori)
    stopped = board.board(mori, ActionFilter(), the_clock.today())[-1]
    assert (stopped.stage, len(stopped.cards), stopped.left_out) == (Stage.STOPPED, 10, 2)


def test_on_the_line_a_late_action_is_drawn_on_until_today(held, mori, clock):
    clock.move(days=130)
    today = the_clock.today()
    rows = db.session.execute(board.with_progress(mori, ActionFilter(), today)).all()
    milestones = board.milestones_by_action(mori, [held.id])
    drawing = along.draw(rows, milestones, today)
    (bar,) = drawing.bars
    assert bar.late_width > 0
    assert bar.late_x + bar.late_width == pytest.approx(drawing.today_x, abs=0.2)
    assert [mark.late for mark in bar.marks] == [True]
    assert along.draw([], {}, today) is None


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_way_of_looking_is_sound(lang, held, issue, sign_in, sato, mori, clock):
    factories.end_action(factories.make_action(issue, by=mori), by=mori)
    driving.delegate(sato, "yama")
    clock.move(days=35)
    browser = sign_in(sato)
    urls = [
        "?view=board",
        "?view=time",
        f"?view=board&held=1&kind=NEW&owner={sato.standings[0].organisation_id}",
        "?view=time&stage=trial",
    ]
    urls += ["lessons/", "lessons/?words=zzz", "hand-over", "delegations"]
    for url in urls:
        answer = browser.get(f"/actions/{url}{'&' if '?' in url else '?'}lang={lang}")
        assert answer.status_code == 200, url
        assert_sound(answer.text, f"/actions/{url}", lang)


def test_the_file_has_the_actions_the_list_is_narrowed_to(held, issue, sign_in, mori):
    factories.make_action(issue, by=mori)
    lines = sign_in(mori).get("/actions/list.csv?held=1").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "R8-02" in lines[1]


def test_a_skipped_part_is_refused_beside_its_field_and_nothing_typed_is_lost(
    action, sign_in, sato
):
    factories.move_action(action, Stage.STUDY, by=sato)
    typed = {"next_sentence": SAID, "surveyed": "三つの町内会の世帯"}
    url = f"/actions/{action.id}"
    answer = sign_in(sato).post_form(url, typed, to=f"{url}/next")
    assert answer.status_code == 422
    assert 'id="survey_result-error"' in answer.text
    assert typed["surveyed"] in answer.text
    assert_sound(answer.text, "stage refused", "ja")


def test_a_milestone_is_reached_and_opened_again_by_its_buttons(held, sign_in, sato):
    browser, url = sign_in(sato), f"/actions/{held.id}"
    for verb in ("reach", "reopen"):
        html = browser.get(url).text
        (action,) = {
            form.get("action")
            for form in parsed(html).iter("form")
            if form.get("action", "").endswith(f"/{verb}")
        }
        assert browser.post_form(url, {}, to=action).location == url


def test_a_comment_is_written_read_and_withdrawn(held, sign_in, sato, mori):
    browser, url = sign_in(mori), f"/actions/{held.id}"
    typed = {"comment": SAID, "told": str(sato.person_id)}
    assert browser.post_form(url, typed, to=f"{url}/comments").status_code == 303
    assert SAID in sign_in(sato).get(url).text
    to = "/actions/comments/1/withdraw"
    assert sign_in(sato).send(to).status_code == 403
    assert browser.post_form(url, {}, to=to).status_code == 303
    assert SAID not in browser.get(url).text


def test_everything_is_listed_and_handed_over_on_one_page(held, sign_in, sato):
    browser, url = sign_in(sato), "/actions/hand-over"
    assert held.title in browser.get(url).text
    successor = person_called("hoshino").person_id
    typed = {"successor_id": str(successor), "all_sentence": SAID}
    answer = browser.post_form(url, typed, to=f"{url}/{sato.person_id}")
    assert (answer.status_code, db.session.get(Action, held.id).holder_id) == (303, successor)


def test_a_stale_preview_is_a_conflict(held, issue, sign_in, sato):
    form = {"successor_id": str(person_called("hoshino").person_id), "all_sentence": SAID}
    typed = {**form, "listed": "a999"}
    to = f"/actions/hand-over/{sato.person_id}"
    assert sign_in(sato).post_form("/actions/hand-over", typed, to=to).status_code == 409


def test_an_absence_is_noted_shown_on_the_action_and_ended(held, sign_in, sato, yama):
    browser, url = sign_in(sato), "/actions/delegations"
    days = {"from_on": "令和8年12月1日", "until_on": "令和8年12月10日"}
    answer = browser.post_form(url, {"delegate_id": str(yama.person_id), **days}, to=None)
    assert answer.status_code == 303
    assert yama.name in browser.get(f"/actions/{held.id}").text
    assert browser.post_form(url, {}, to=f"{url}/1/end").status_code == 303
    assert yama.name not in parsed(browser.get(url).text).find(".//main/section").itertext()
