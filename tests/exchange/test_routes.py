"""The papers of a meeting: who may have them, when, under which name, and what stands in them."""

import re
from datetime import time
from io import BytesIO
from urllib.parse import unquote

import docx
import pypdf
import pytest
import sqlalchemy as sa

from tests import factories
from tests.exchange.conftest import DAY
from tracker.accounts.models import Organisation
from tracker.accounts.roles import Role
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.db import db
from tracker.core.traces import AccessTrace
from tracker.issues import service as issues
from tracker.meetings import service
from tracker.meetings.models import ItemKind, MeetingLevel
from tracker.meetings.service import ItemDraft, MeetingDraft

PAPERS = ("agenda.pdf", "agenda.docx", "minutes.pdf", "minutes.docx")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _get(browser, room, paper, **query):
    return browser.get(f"/meetings/{room.meeting_id}/{paper}", query_string=query)


def _pdf(answer):
    assert answer.status_code == 200, answer.text
    return pypdf.PdfReader(BytesIO(answer.data))


def _text(answer):
    return "\n".join(page.extract_text() for page in _pdf(answer).pages)


def _word(answer):
    assert answer.status_code == 200, answer.text
    return docx.Document(BytesIO(answer.data))


def _words(document):
    """Everything a Word file says, in paragraphs and in tables."""
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


def _office_of(person):
    (office,) = person.organisation_ids(Role.AGENCY)
    return db.session.get(Organisation, office).name_ja


def _name(answer):
    return unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])


def test_the_agenda_says_when_where_and_what(room, sign_in, mori):
    room.publish()
    reader = _pdf(_get(sign_in(mori), room, "agenda.pdf"))
    pages = [page.extract_text() for page in reader.pages]
    for words in (
        "令和8年度 第1回 地域ケア推進会議",
        "令和8年11月24日（火）",
        "午後2時",
        "午後4時",
        "市役所 第1会議室",
        "見晴市社会福祉協議会",
        "買い物の手段がない",
        "通院の付き添いがない",
        "東センター",
    ):
        assert words in pages[0], words
    assert all(f"{number} / 3" in page for number, page in enumerate(pages, start=1))


def test_each_item_has_its_sheet_on_a_page_of_its_own(room, sign_in, mori):
    room.publish()
    pages = _pdf(_get(sign_in(mori), room, "agenda.pdf")).pages[1:]
    for item, page in zip(room.items, pages, strict=True):
        text = page.extract_text()
        assert item.title in text
        assert item.question in text
        assert item.evidence_id in text
        assert "店が閉まり、買い物に行けない人が増えている。" in re.sub(r"\s", "", text)
        assert "資源がない" in text  # the gap in words, not G1
        assert "360" in text  # three cases of three times forty minutes


def test_the_papers_name_no_office_of_a_filer(room, sign_in, mori, aoi):
    room.publish().hold().adopt()
    browser = sign_in(mori)
    for paper in ("agenda.pdf", "minutes.pdf"):
        assert _office_of(aoi) not in _text(_get(browser, room, paper))


def test_printing_again_after_new_cases_gives_the_same_paper(room, sign_in, mori, aoi, sato, clock):
    room.publish()
    first = _get(sign_in(mori), room, "agenda.pdf").data
    clock.move(days=40)
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    issues.attach(room.issues[0], [case.id], by=sato, at=clock.now())
    db.session.commit()
    assert _get(sign_in(mori), room, "agenda.pdf").data == first


@pytest.mark.both
def test_an_individual_meeting_prints_the_case_without_its_office(app, sign_in, aoi, sato):
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    draft = MeetingDraft(
        MeetingLevel.INDIVIDUAL, case.area_id, "", DAY, time(14, 0), 60, "東センター"
    )
    meeting = service.plan_meeting(draft, by=sato, at=the_clock.now())
    item = ItemDraft(ItemKind.CASE, (case.id,), "", "どうするか", "東センター", 20)
    service.add_item(meeting, item, by=sato, at=the_clock.now(), today=the_clock.today())
    db.session.commit()
    words = _words(_word(sign_in(sato).get(f"/meetings/{meeting.id}/agenda.docx")))
    assert f"事例 {case.number}" in words
    assert case.summary in words
    assert "資源がない" in words
    assert not [said for said in words if _office_of(aoi) in said]


@pytest.mark.both
def test_a_draft_may_be_printed_and_says_that_it_is_one(room, sign_in, mori, sato):
    for person in (mori, sato):
        pages = _pdf(_get(sign_in(person), room, "agenda.pdf")).pages
        assert all("案" in page.extract_text().split("\n")[0] for page in pages)
        assert "360" in pages[1].extract_text()
    room.publish()
    assert "案" not in _text(_get(sign_in(mori), room, "agenda.pdf")).split("\n")[0]


def test_a_cancelled_meeting_says_so_on_its_agenda(room, sign_in, mori, clock):
    service.cancel(room.meeting, by=mori, at=clock.now())
    db.session.commit()
    assert "中止" in _text(_get(sign_in(mori), room, "agenda.pdf")).split("\n")[0]


def test_changes_since_publication_are_printed(room, sign_in, mori, another_issue):
    room.publish()
    room.add_item(another_issue("雪かきの手がない"), "雪かきの手がない")
    words = _words(_word(_get(sign_in(mori), room, "agenda.docx")))
    assert "公開後の変更" in words
    assert "雪かきの手がない（公開後に追加）" in words


def test_an_agenda_without_changes_does_not_speak_of_them(room, sign_in, mori):
    room.publish()
    assert "公開後の変更" not in _words(_word(_get(sign_in(mori), room, "agenda.docx")))


@pytest.mark.both
def test_the_minutes_say_who_came_what_was_said_and_what_came_of_it(room, sign_in, mori):
    room.publish().hold().adopt().approve()
    words = _words(_word(_get(sign_in(mori), room, "minutes.docx")))
    for said in (
        "会議録",
        "委員 一郎",
        "出席",
        "移動販売車を試したいという声が多かった。",
        "事例が続いている。",
        "移動販売車の試行",
        "令和9.3.31",
        "令和9年1月31日",
    ):
        assert said in words, said


def test_minutes_are_a_draft_until_they_are_approved(room, sign_in, mori):
    room.publish().hold().adopt()
    assert "案" in _text(_get(sign_in(mori), room, "minutes.pdf")).split("\n")[0]
    room.approve()
    assert "案" not in _text(_get(sign_in(mori), room, "minutes.pdf")).split("\n")[0]


@pytest.mark.parametrize("paper", ["minutes.pdf", "minutes.docx"])
def test_there_are_no_minutes_before_the_meeting_was_held(room, sign_in, mori, paper):
    room.publish()
    assert _get(sign_in(mori), room, paper).status_code == 409


def test_unapproved_minutes_are_the_hosts_alone(room, sign_in, mori, sato, yama, iin):
    room.publish().pledge().hold().adopt()
    for person in (sato, yama, iin):
        assert _get(sign_in(person), room, "minutes.pdf").status_code == 403
    room.approve()
    for person in (mori, sato, yama, iin):
        assert _get(sign_in(person), room, "minutes.pdf").status_code == 200


@pytest.mark.parametrize("paper", PAPERS)
def test_a_stranger_cannot_learn_that_the_meeting_exists(room, sign_in, tani, paper):
    room.publish().hold().adopt().approve()
    browser = sign_in(tani)
    assert _get(browser, room, paper).status_code == 404
    assert browser.get(f"/meetings/999999/{paper}").status_code == 404


@pytest.mark.parametrize("paper", PAPERS)
def test_a_care_manager_has_no_such_right(room, sign_in, aoi, paper):
    room.publish()
    assert _get(sign_in(aoi), room, paper).status_code == 403


@pytest.mark.parametrize("paper", PAPERS)
def test_nobody_without_signing_in(room, client, paper):
    assert _get(client, room, paper).status_code == 303


def test_a_member_prints_after_publication_and_pledge(room, sign_in, iin):
    browser = sign_in(iin)
    assert _get(browser, room, "agenda.pdf").status_code == 404
    room.publish()
    assert _get(browser, room, "agenda.pdf").status_code == 403
    room.pledge()
    assert "360" in _text(_get(browser, room, "agenda.pdf"))


@pytest.mark.parametrize(
    ("paper", "name", "plain", "kind"),
    [
        ("agenda.pdf", "次第_令和8年11月24日.pdf", "agenda-2026-11-24.pdf", "application/pdf"),
        ("agenda.docx", "次第_令和8年11月24日.docx", "agenda-2026-11-24.docx", WORD),
        ("minutes.pdf", "会議録_令和8年11月24日.pdf", "minutes-2026-11-24.pdf", "application/pdf"),
        ("minutes.docx", "会議録_令和8年11月24日.docx", "minutes-2026-11-24.docx", WORD),
    ],
)
def test_a_file_has_a_japanese_name_and_a_plain_one(room, sign_in, mori, paper, name, plain, kind):
    room.publish().hold()
    answer = _get(sign_in(mori), room, paper)
    assert _name(answer) == name
    assert f"attachment; filename={plain};" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].isascii()
    assert answer.mimetype == kind
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_paper_speaks_the_language_of_the_page(room, sign_in, mori):
    room.publish()
    answer = _get(sign_in(mori), room, "agenda.docx", lang="en")
    words = _words(_word(answer))
    assert "Order of proceedings" in words
    assert "Tuesday 24 November 2026, 14:00 to 16:00" in words
    assert _name(answer) == "Order of proceedings_24 November 2026.docx"


@pytest.mark.parametrize("paper", PAPERS)
def test_every_export_is_noted(room, sign_in, mori, paper):
    room.publish().hold()
    _get(sign_in(mori), room, paper)
    traces.writer.flush()
    seen = db.session.execute(
        sa.select(AccessTrace.person_id, AccessTrace.subject, AccessTrace.subject_id)
    ).all()
    assert seen == [(mori.person_id, "meetings", room.meeting_id)]


def test_what_people_wrote_stays_what_it_is(room, sign_in, mori, another_issue):
    payload = '<b>&"#$[]{{7*7}} #set page(fill: red) {% x %}'
    room.publish().add_item(another_issue(payload), payload)
    room.hold().adopt(discussion=payload)
    browser = sign_in(mori)
    packed = payload.replace(" ", "")
    for paper, count in (("agenda", 3), ("minutes", 2)):
        text = re.sub(r"\s", "", _text(_get(browser, room, f"{paper}.pdf")))
        assert text.count(packed) >= count
        words = _words(_word(_get(browser, room, f"{paper}.docx")))
        assert sum(payload in said for said in words) >= count


def test_the_number_of_statements_does_not_grow_with_the_agenda(
    room, sign_in, mori, another_issue, statements
):
    room.publish()
    browser = sign_in(mori)

    def count():
        with statements() as seen:
            _get(browser, room, "agenda.docx")
        return len(seen)

    before = count()
    for number in range(4):
        title = f"議題その{number}"
        room.add_item(another_issue(title), title)
    assert count() == before
