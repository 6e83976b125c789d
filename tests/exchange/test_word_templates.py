"""A town's own Word files: sent, looked through, tried, used, put back."""

from io import BytesIO

import docx
import pytest

from tests.formats.word_files import word_file, words_of
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.exchange.word_templates.fields import known
from tracker.exchange.word_templates.models import TemplateKind
from tracker.formats.word_template import leftovers, refuse_bad
from tracker.meetings import service
from tracker.meetings.minutes import service as texts

URL = "/settings/word-templates/"
OWN = word_file(
    "見晴市様式　{{ 会議名 }}",
    "{{ when }}",
    "{%p for 議題 in 議題一覧 %}",
    "第{{ 議題.番号 }}　{{ 議題.件名 }}　{{ 議題.決めること }}",
    "{%p endfor %}",
    rows=[
        ["{%tr for 人 in 出席者名簿 %}", ""],
        ["{{ 人.所属 }}", "{{ 人.氏名 }}"],
        ["{%tr endfor %}", ""],
    ],
)


def _send(browser, content=OWN, kind="agenda", note="市章を入れた。"):
    file = (BytesIO(content), "yoshiki.docx")
    return browser.post_form(URL, {"kind": kind, "file": file, "note": note})


def _use(browser, page):
    return browser.post_form(page, to=f"{page}/use")


def _agenda(browser, room):
    answer = browser.get(f"/meetings/{room.meeting_id}/agenda.docx")
    assert answer.status_code == 200, answer.text
    return words_of(answer.data)


def test_a_town_sends_tries_and_uses_its_own_file(room, sign_in, mori):
    browser = sign_in(mori)
    assert "見晴市様式" not in _agenda(browser, room)
    answer = _send(browser)
    assert answer.status_code == 303
    page = answer.location
    assert "見晴市様式" not in _agenda(browser, room), "not before somebody says so"
    trial = words_of(browser.get(f"{page}/trial.docx").data)
    assert "見晴市様式　令和8年度 第1回 地域ケア推進会議" in trial
    assert browser.get(f"{page}/file.docx").data == OWN
    assert _use(browser, page).status_code == 303
    said = _agenda(browser, room)
    assert "見晴市様式　令和8年度 第1回 地域ケア推進会議" in said
    assert "令和8年11月24日（火）、午後2時から午後4時まで" in said or "午後2時" in said
    assert "第1　買い物の手段がない　移動販売を試すかどうか" in said
    assert "委員 一郎" in said
    assert "{" not in said


def test_each_town_and_each_paper_has_its_own(room, sign_in, mori, tani):
    browser = sign_in(mori)
    page = _send(browser).location
    _use(browser, page)
    folder = browser.get(f"/meetings/{room.meeting_id}/folder.docx")
    assert "見晴市様式" not in words_of(folder.data)
    other = sign_in(tani)
    assert [other.get(f"{page}{end}").status_code for end in ("", "/file.docx", "/trial.docx")] == [
        404
    ] * 3
    assert "市章を入れた。" not in other.get(URL).text


def test_former_files_are_kept_and_put_back_and_so_is_ours(room, sign_in, mori):
    browser = sign_in(mori)
    first = _send(browser).location
    _use(browser, first)
    second = _send(browser, word_file("新様式 {{ 会議名 }}"), note="新しい様式。").location
    _use(browser, second)
    assert "新様式" in _agenda(browser, room)
    _use(browser, first)
    assert "見晴市様式" in _agenda(browser, room)
    ours = f"{URL}ours?town={room.meeting.municipality_id}"
    assert browser.post_form(URL, to=ours).status_code == 303
    assert "様式" not in _agenda(browser, room)
    listed = browser.get(URL).text
    assert "市章を入れた。" in listed
    assert "新しい様式。" in listed
    verbs = [entry.verb for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert verbs.count("word_template.taken_in") == 2
    assert verbs.count("word_template.chosen") == 4


def test_a_file_that_asks_for_more_is_refused_with_every_reason(sign_in, mori):
    browser = sign_in(mori)
    bad = word_file("{{ ''.__class__ }}", "{% for a in range(9) %}{% endfor %}", "{{ 秘密 }}")
    answer = _send(browser, bad)
    assert answer.status_code == 422
    for tag in ("__class__", "range(9)"):
        assert tag in answer.text
    unknown = _send(browser, word_file("{{ 会議名 }}{{ 秘密 }}"))
    assert unknown.status_code == 422
    assert "「秘密」" in unknown.text
    assert "市章を入れた。" in unknown.text, "what was typed is still there"


def test_a_loop_that_tears_a_table_is_found_by_the_trial(sign_in, mori):
    torn = word_file("{% for 人 in 出席者名簿 %}", rows=[["{{ 人.氏名 }}{% endfor %}"]])
    answer = _send(sign_in(mori), torn)
    assert answer.status_code == 422
    assert "{%tr … %}" in answer.text


def test_sent_twice_it_is_one_file(sign_in, mori):
    browser = sign_in(mori)
    page = browser.get(URL)
    key = page.text.split('name="request_key" type="hidden" value="')[1].split('"')[0]
    sent = {"kind": "agenda", "note": "一度だけ。", "request_key": key}
    answers = [
        browser.send(URL, {**sent, "file": (BytesIO(OWN), "a.docx")}).location for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_only_officers_send_and_choose(room, sign_in, mori, sato, yama, aoi, iin):
    page = _send(sign_in(mori)).location
    for person in (sato, yama):
        browser = sign_in(person)
        assert browser.get(URL).status_code == 200
        assert browser.send(URL, {}).status_code == 403
        assert browser.send(f"{page}/use", {}).status_code == 403
    for person in (aoi, iin):
        assert sign_in(person).get(URL).status_code == 403


def test_a_towns_own_minutes_hold_the_approved_text_and_what_was_added(
    room, sign_in, mori, hara, clock
):
    room.publish().hold().adopt("言い間違いのある控え。")
    service.draft_minutes(room.meeting, by=mori, at=clock.now())
    said = "## 買い物\n\n移動販売を春から試すことになった。\n\n- 場所は広場"
    texts.rewrite(room.meeting, said, "清書", opened=1, by=mori, at=clock.now())
    service.approve_minutes(room.meeting, by=hara, at=clock.now())
    texts.add(room.meeting, "広場は駅の南です。", by=mori, at=clock.now())
    db.session.commit()
    browser = sign_in(mori)
    for language in ("ja", "en"):
        ours = browser.get(f"{URL}starting.docx?kind=minutes&lang={language}").data
        _use(browser, _send(browser, ours, "minutes").location)
        words = words_of(browser.get(f"/meetings/{room.meeting_id}/minutes.docx?lang=ja").data)
        for part in ("移動販売を春から試すことになった。", "・場所は広場", "広場は駅の南です。"):
            assert part in words, part
        assert "言い間違い" not in words, "the text took its place"


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", list(TemplateKind))
def test_ours_to_begin_from_is_itself_taken(sign_in, mori, kind, language):
    browser = sign_in(mori)
    answer = browser.get(f"{URL}starting.docx?kind={kind.value}&lang={language}")
    assert answer.status_code == 200
    refuse_bad(answer.data, known())
    page = _send(browser, answer.data, kind.value).location
    assert page, "it is taken"
    trial = browser.get(f"{page}/trial.docx")
    assert leftovers(trial.data) == []
    assert len(docx.Document(BytesIO(trial.data)).paragraphs) > 3


def test_the_list_of_fields_shows_each_with_an_example(sign_in, mori):
    said = sign_in(mori).get(f"{URL}fields").text
    assert "{{ 会議名 }}" in said
    assert "{%tr for 議題 in 議題一覧 %}" in said
    assert "{{ 取.期限 }}" in said
    english = sign_in(mori).get(f"{URL}fields?lang=en").text
    assert "{{ item.question }}" in english
