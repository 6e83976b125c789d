"""The folder of a meeting: its papers, their numbers, what stands in them word by word."""

import os
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import docx
import pypdf
import pytest
from docx.oxml.ns import qn

from tests.exchange.conftest import DAY
from tracker.core.db import db
from tracker.meetings import recommending, service
from tracker.meetings.models import DeclineReason, MeetingLevel, Outcome
from tracker.meetings.outcomes import OutcomeDraft
from tracker.meetings.service import MeetingDraft

TEXTS = Path(__file__).parent / "texts"
EVIDENCE = re.compile(r"E\d+-[0-9a-f]{8}")  # says which words were frozen, those of the seed too
PARTS = ["次第", "資料一覧", "出席者名簿", "前回決定の進捗", "課題票", "会議録"]


def _get(browser, room, paper, **query):
    answer = browser.get(f"/meetings/{room.meeting_id}/{paper}", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer


def _pdf_text(answer):
    """Each page's words; blanks are the layout's."""
    pages = pypdf.PdfReader(BytesIO(answer.data)).pages
    return "\n\n".join(re.sub(r"[ \t]+", " ", page.extract_text()).strip() for page in pages) + "\n"


def _word_text(answer):
    """Every paragraph and row in order."""
    lines = []
    for block in docx.Document(BytesIO(answer.data)).element.body:
        if block.tag == qn("w:tbl"):
            lines += ["\t".join(map(_said, row.iter(qn("w:tc")))) for row in block.iter(qn("w:tr"))]
        elif block.tag == qn("w:p"):
            lines.append(_said(block))
    return "\n".join(lines) + "\n"


def _said(block):
    return "".join(one.text or "\n" for one in block.iter(qn("w:t"), qn("w:br")))


def _same(name, text):
    """The text is the one that is stored; KEEP_TEXTS=1 stores it anew, to be read through."""
    text, stored = EVIDENCE.sub("E0-00000000", text), TEXTS / name
    if os.environ.get("KEEP_TEXTS"):
        stored.write_text(text, encoding="utf-8")
    assert text == stored.read_text(encoding="utf-8")


@pytest.fixture
def held(room):
    """Held, with what was said and decided; the minutes are approved."""
    return room.publish().hold().adopt().approve()


def test_the_folder_says_word_by_word_what_is_stored(held, sign_in, mori):
    browser = sign_in(mori)
    _same("folder.pdf.txt", _pdf_text(_get(browser, held, "folder.pdf")))
    _same("folder.docx.txt", _word_text(_get(browser, held, "folder.docx")))
    _same("folder.en.docx.txt", _word_text(_get(browser, held, "folder.docx", lang="en")))


def test_all_papers_lie_in_the_folder_numbered_and_on_pages_of_their_own(held, sign_in, mori):
    reader = pypdf.PdfReader(BytesIO(_get(sign_in(mori), held, "folder.pdf").data))
    pages = [page.extract_text() for page in reader.pages]
    heads = [page.split("\n")[1] for page in pages[1:]]
    assert "次第" in pages[0]
    for words in (
        "資料一覧",
        "資料1　出席者名簿",
        "資料2　前回決定の進捗",
        "資料3-1",
        "資料3-2",
        "資料4　会議録",
    ):
        assert [head for head in heads if words in re.sub(" ", "　", head)], (words, heads)
    assert all("部外秘" in page.split("\n")[0] for page in pages)


def test_the_pdf_can_be_read_aloud(held, sign_in, mori):
    root = pypdf.PdfReader(BytesIO(_get(sign_in(mori), held, "folder.pdf").data)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"].startswith("ja")
    assert "pdfuaid" in root["/Metadata"].get_data().decode()


@pytest.mark.parametrize("part", ["order", "list", "attendees", "progress", "sheets", "minutes"])
def test_each_paper_comes_alone(held, sign_in, mori, part):
    browser, names = (
        sign_in(mori),
        dict(
            zip(("order", "list", "attendees", "progress", "sheets", "minutes"), PARTS, strict=True)
        ),
    )
    said = _word_text(_get(browser, held, "folder.docx", part=part))
    assert said.split("\n")[1] == names[part]
    assert "市役所" in said or part not in {"order", "minutes"}
    assert ("360" in said) == (part == "sheets"), "the figures stand on the sheets alone"


def test_a_list_of_two_papers_holds_those(held, sign_in, mori):
    said = _word_text(_get(sign_in(mori), held, "folder.docx", part=["attendees", "minutes"]))
    assert "資料1　出席者名簿" in said
    assert "資料4　会議録" in said
    assert "資料3" not in said


def test_minutes_say_until_what_is_waited_and_why_not_as_recommended(room, sign_in, mori, clock):
    room.publish()
    first, second = room.items
    recommending.recommend(
        room.meeting, first, Outcome.ADOPT, "待てない。", by=mori, at=clock.now()
    )
    room.hold()
    waits = OutcomeDraft(
        Outcome.HOLD, "待ちます。", event="国の通知が出る", differs_because="通知が近いため。"
    )
    room.note(first, waits)
    later = date(2027, 1, 31)
    asks = OutcomeDraft(
        Outcome.DECLINE, "今は扱いません。", decline_reason=DeclineReason.NOT_NOW, on=later
    )
    room.note(second, asks)
    room.approve()
    browser = sign_in(mori)
    for said in (
        _word_text(_get(browser, room, "minutes.docx")),
        _pdf_text(_get(browser, room, "minutes.pdf")),
    ):
        (_text, decided) = said.split("決まったこと")
        for words in ("国の通知が出る", "通知が近いため。", "ほかの課題を優先"):
            assert words in decided, words
        assert "保留の期限" not in decided, "it has no day"


def test_there_are_no_minutes_in_a_folder_before_the_meeting(room, sign_in, mori):
    room.publish()
    browser = sign_in(mori)
    assert "会議録" not in _word_text(_get(browser, room, "folder.docx"))
    url = f"/meetings/{room.meeting_id}/folder.pdf"
    assert browser.get(url, query_string={"part": "minutes"}).status_code == 409


def test_the_next_meeting_reads_what_became_of_the_decisions(held, sign_in, mori, clock):
    draft = MeetingDraft(
        MeetingLevel.MUNICIPAL, None, "", DAY.replace(month=12), held.meeting.starts_at, 60, "本庁"
    )
    following = service.plan_meeting(draft, by=mori, at=clock.now())
    db.session.commit()
    answer = sign_in(mori).get(f"/meetings/{following.id}/folder.docx?part=progress")
    said = _word_text(answer)
    assert "前回の結果：令和8年度 第1回 地域ケア推進会議" in said
    assert "買い物の手段がない" in said
    assert "移動販売車の試行" in said
    assert "通院の付き添いがない" in said
    assert "令和9年1月31日" in said or "令和9.1.31" in said


def test_the_first_meeting_says_that_nothing_was_decided_before(room, sign_in, mori):
    said = _word_text(_get(sign_in(mori), room, "folder.docx", part="progress"))
    assert "初めて" in said


def test_the_page_of_papers_leads_to_every_file(held, sign_in, mori):
    browser = sign_in(mori)
    page = browser.get(f"/meetings/{held.meeting_id}/papers").text
    for address in ("folder.pdf", "folder.docx", "agenda.ics"):
        assert f"/meetings/{held.meeting_id}/{address}" in page
    assert all(name in page for name in PARTS)


def test_members_read_it_after_the_pledge_alone(room, sign_in, iin):
    browser = sign_in(iin)
    paths = [f"/meetings/{room.meeting_id}/{name}" for name in ("papers", "folder.pdf")]
    assert [browser.get(path).status_code for path in paths] == [404, 404]
    room.publish()
    assert [browser.get(path).status_code for path in paths] == [403, 403]
    room.pledge()
    assert [browser.get(path).status_code for path in paths] == [200, 200]
    assert "部外秘" in _pdf_text(browser.get(paths[1]))
