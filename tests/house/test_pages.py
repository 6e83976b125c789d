"""Every page, as each person, in both languages: sound HTML, one heading, labels, one language."""

import functools
import re

import html5lib
import pytest
import sqlalchemy as sa
from babel.messages.pofile import read_po

from tests.client import parsed
from tests.conftest import PEOPLE
from tests.house import crawl
from tests.house.test_words import CATALOGUE
from tracker.accounts import policy as account_policy
from tracker.accounts import signing_in
from tracker.accounts.changing import policy as changing_policy
from tracker.accounts.changing import queries as changing
from tracker.accounts.factors import codes
from tracker.accounts.factors.models import SecondFactor
from tracker.accounts.models import Membership, Municipality, Organisation, Person
from tracker.accounts.standing import in_force
from tracker.accounts.towns import policy as town_policy
from tracker.actions import policy as action_policy
from tracker.actions.agreements import policy as agreement_policy
from tracker.actions.agreements.models import Agreement
from tracker.actions.models import Action
from tracker.cases import policy as case_policy
from tracker.cases.models import Case
from tracker.core import clock as the_clock
from tracker.core import web
from tracker.core.db import db
from tracker.exchange.imports import policy as import_policy
from tracker.exchange.models import ImportBatch
from tracker.exchange.versions.models import PaperVersion
from tracker.exchange.word_templates import policy as word_policy
from tracker.exchange.word_templates.models import WordTemplate
from tracker.followup import policy as followup_policy
from tracker.followup import queries as followup
from tracker.followup.models import Question
from tracker.insights.sheets import queries as sheets
from tracker.intake.answers import policy as template_policy
from tracker.intake.answers.models import AnswerTemplate
from tracker.issues import policy as issue_policy
from tracker.issues.candidates import policy as candidate_policy
from tracker.issues.candidates.models import Candidate
from tracker.issues.letters import policy as letter_policy
from tracker.issues.letters.models import IssueLetter
from tracker.issues.models import RegionalIssue
from tracker.issues.relating import policy as relating_policy
from tracker.issues.relating.models import Regrouping
from tracker.issues.tracing import policy as tracing_policy
from tracker.meetings import policy as meeting_policy
from tracker.meetings.models import Meeting
from tracker.meetings.series import policy as series_policy
from tracker.meetings.series.models import MeetingSeries
from tracker.privacy.exports import policy as export_policy
from tracker.privacy.exports.models import Export, ExportKind
from tracker.privacy.keeping import policy as keeping_policy
from tracker.privacy.keeping.models import Redaction
from tracker.resources import policy as resource_policy
from tracker.resources.models import Resource
from tracker.saved import policy as saved_policy
from tracker.saved.models import SavedPage, SavedView
from tracker.settings import policy as settings_policy
from tracker.settings.models import Announcement, EmergencyLink


def _membership_known(viewer):
    """Memberships in organisations that are known."""
    places = sa.select(Organisation.id).where(account_policy.visible_to(viewer))
    return Membership.organisation_id.in_(places)


def _inviting(viewer):
    return any(standing.may_invite for standing in viewer.standings)


def _reads_version(viewer, rows):
    key = db.session.get(PaperVersion, rows["version_id"]).meeting_id
    meeting = sa.select(Meeting).where(Meeting.id == key, meeting_policy.visible_to(viewer))
    return db.session.scalar(meeting) is not None


def _looks_after(viewer, person):
    return _inviting(viewer) and person.id != viewer.person_id


def _may_change(viewer, membership):
    return changing_policy.can_change(viewer, membership.person_id, changing.place_of(membership))


# Whose row an address names: 404 for whom the rule hides it.
KNOWN_TO = {
    "action_id": (Action, action_policy.visible_to),
    "agreement_id": (Agreement, agreement_policy.visible_to),
    "batch_id": (ImportBatch, import_policy.visible_to),
    "candidate_id": (Candidate, candidate_policy.visible_to),
    "case_id": (Case, case_policy.visible_to),
    "issue_id": (RegionalIssue, issue_policy.visible_to),
    "letter_id": (
        IssueLetter,
        lambda viewer: IssueLetter.issue_id.in_(
            sa.select(RegionalIssue.id).where(issue_policy.visible_to(viewer))
        ),
    ),
    "meeting_id": (Meeting, meeting_policy.visible_to),
    "series_id": (MeetingSeries, series_policy.visible_to),
    "organisation_id": (Organisation, account_policy.visible_to),
    "person_id": (
        Person,
        lambda viewer: account_policy.people_visible_to(viewer, in_force(the_clock.today())),
    ),
    "link_id": (EmergencyLink, settings_policy.visible_to),
    "membership_id": (Membership, _membership_known),
    "export_id": (Export, export_policy.visible_to),
    "redaction_id": (Redaction, keeping_policy.visible_to),
    "town_id": (Municipality, town_policy.towns_visible_to),
    "word_template_id": (WordTemplate, word_policy.visible_to),
    "question_id": (Question, followup_policy.visible_to),
    "announcement_id": (Announcement, settings_policy.announcements_visible_to),
    "template_id": (AnswerTemplate, template_policy.templates_visible_to),
    "regrouping_id": (Regrouping, relating_policy.visible_to),
    "resource_id": (Resource, resource_policy.visible_to),
    "view_id": (SavedView, saved_policy.visible_to),
}


def _sets_up(viewer, row):
    return town_policy.can_set_up(viewer, row.municipality_id)


# What a page asks of whoever may know of its row: 403 for those the policy refuses.
ASKS = {
    "cases.opened_by": case_policy.is_filers_office,
    "actions.edit_agreement": agreement_policy.can_edit,
    "accounts.edit_organisation": account_policy.can_edit_organisation,
    "accounts.invite": lambda viewer, _row: any(s.may_invite for s in viewer.standings),
    "exchange.minutes_docx": meeting_policy.can_read_minutes,
    "exchange.minutes_pdf": meeting_policy.can_read_minutes,
    "changing.membership": _may_change,
    "changing.move": _may_change,
    "changing.more": _looks_after,
    "changing.suspend": _looks_after,
    "changing.close": _sets_up,
    "changing.correct": _sets_up,
    "changing.merge": lambda viewer, row: changing_policy.can_merge_from(viewer, row),
    "changing.review": lambda viewer, _row: _inviting(viewer),
    "changing.review_csv": lambda viewer, _row: _inviting(viewer),
    "inviting.letters": lambda viewer, _row: _inviting(viewer),
    "home.set_up": lambda viewer, _row: town_policy.sets_up_any(viewer),
    "privacy.new_export": lambda viewer, _row: export_policy.can_ask(viewer, ExportKind.CASES),
    "privacy.export_file": export_policy.can_open,
    "intake.edit": case_policy.can_edit,
    "intake.edit_template": template_policy.can_edit,
    "intake.sort": case_policy.can_sort,
    "candidates.accept": candidate_policy.can_decide,
    "issues.edit": issue_policy.can_edit,
    "letters.new": letter_policy.can_write,
    "material.edit_option": issue_policy.can_edit,
    "material.edit_vignette": issue_policy.can_edit,
    "meetings.answer_remark": meeting_policy.can_prepare,
    "meetings.edit_minutes": meeting_policy.can_prepare,
    "meetings.link": meeting_policy.can_prepare,
    "meetings.live": meeting_policy.can_prepare,
    "meetings.minutes_version": meeting_policy.can_read_minutes,
    "meetings.people": meeting_policy.can_prepare,
    "meetings.recommendation": meeting_policy.can_recommend,
    "meetings.tell": meeting_policy.can_prepare,
    "meeting_series.edit": series_policy.can_edit,
    "meeting_series.plan": series_policy.can_edit,
    "preparing.edit": meeting_policy.can_prepare,
    "preparing.edit_item": meeting_policy.can_prepare,
    "preparing.show": meeting_policy.can_prepare,
    "resources.edit": resource_policy.can_edit,
    "saved.edit": saved_policy.can_edit,
    "saved.new": lambda viewer, _row: saved_policy.can_save(viewer, SavedPage.MATRIX),
}
# Pages that more people may open than the row's own: a filer follows the issue of a case.
KNOWN_HERE = dict.fromkeys(
    ("issues.trace", "proving.trace_csv", "proving.trace_pdf"), tracing_policy.visible_to
)
# What is no row of an address hides the page as well.
HIDES = {
    "sheets.pdf": lambda viewer, _rows: bool(sheets.own_offices(viewer, today=the_clock.today())),
    "exchange.version_pdf": lambda viewer, rows: _reads_version(viewer, rows),
    "exchange.version_docx": lambda viewer, rows: _reads_version(viewer, rows),
}
# An empty form is enough for these, and the browser is signed out afterwards.
ENDS_SESSIONS = {"accounts.sign_out", "accounts.end_other_sessions"}
SENT_ON = {"accounts.sign_in", "accounts.second", "accounts.second_new"}  # once signed in
TYPED = {"hidden", "submit", "button", "reset", "image"}
SPOKEN = ("title", "alt", "aria-label", "placeholder")
_sound: set[str] = set()  # pages found sound before: most refusals are the same page


@pytest.fixture
def examples(app, aoi, sato, mori, clock):
    examples = crawl.fill_town(aoi, sato, mori)
    clock.move(minutes=20)
    return examples


@pytest.fixture
def pages(app, examples):
    return crawl.pages(app, examples)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", PEOPLE)
def test_every_page_is_sound(request, pages, sign_in, login, lang):
    person = request.getfixturevalue(login)
    browser, faults = sign_in(person), []
    for page in pages:
        answer = browser.get(_in(lang, page))
        where = f"{page.url} as {login} in {lang}"
        expected = _expected(page, person)
        assert web.HEADERS.items() <= dict(answer.headers).items(), where
        if answer.status_code != expected:
            faults.append(f"{where}: {answer.status_code}, not {expected}")
        elif answer.status_code >= 400 or (page.is_whole and answer.status_code == 200):
            faults += _faults(answer.text, where, lang)
        elif page.endpoint in crawl.FRAGMENTS and answer.text:
            _parse(answer.text, where, fragment=True)
        elif page.endpoint in crawl.DOWNLOADS:
            _assert_kept(answer, where, crawl.DOWNLOADS[page.endpoint])
    assert not faults, "\n".join(faults)


def _assert_kept(answer, where, kind):
    """A file is saved, not shown, and no machine between keeps a copy."""
    assert answer.mimetype == kind, f"{where}: {answer.mimetype}"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename="), where
    assert answer.headers["Cache-Control"] == "no-store", where
    begins = {crawl.PDF: b"%PDF-", crawl.CSV: b"\xef\xbb\xbf", "application/json": b"{"}
    begins["text/calendar"] = b"BEGIN:VCALENDAR"
    start = begins.get(kind, b"PK")
    assert answer.data.startswith(start), f"{where}: begins with {answer.data[:8]!r}"


def _in(lang, page):
    return f"{page.url}{'&' if '?' in page.url else '?'}lang={lang}"


def _expected(page, person):
    """The one answer the permission, the row's rule and the page's own policy leave."""
    if page.endpoint in crawl.NO_PROVIDER:
        return 404
    if page.permission is None:
        return _expected_of_public(page, person)
    if not person.may(page.permission):
        return 403
    row = None
    for name, key in page.rows.items():
        if name in KNOWN_TO:
            model, rule = KNOWN_TO[name]
            row = _row_known(person, model, KNOWN_HERE.get(page.endpoint, rule), key)
            if row is None:
                return 404
    if page.endpoint in HIDES and not HIDES[page.endpoint](person, page.rows):
        return 404
    asks = ASKS.get(page.endpoint)
    return 200 if asks is None or asks(person, row) else 403


def _expected_of_public(page, person):
    """Who is signed in is sent on from the sign-in page; a mailed link is its reader's alone."""
    if page.endpoint == "followup.by_link":
        owner = followup.get_link(page.rows["answer_key"]).person_id
        return 200 if person.person_id == owner else 403
    return 303 if page.endpoint in SENT_ON else 200


def _row_known(person, model, rule, key):
    return db.session.scalar(sa.select(model).where(model.id == key, rule(person)))


def half_way(app, person):
    """This person's browser between the password and the code."""
    token = signing_in.open_session(person.person_id, "tests", the_clock.now(), proved=False)
    db.session.commit()
    browser = app.test_client()
    browser.carry(token)
    return browser


def test_every_page_opens_for_somebody(app, pages, sign_in, client, aoi, sato, mori, kansa, kanri):
    browsers = [sign_in(person) for person in (aoi, sato, mori, kansa, kanri)] + [client]
    code = codes.sealed(codes.new_seed())
    at = the_clock.now()
    factor = SecondFactor(person_id=mori.person_id, sealed_seed=code, made_at=at, last_step=0)
    db.session.add(factor)
    db.session.commit()
    browsers += [half_way(app, mori), half_way(app, sato)]
    pages = [page for page in pages if page.endpoint not in crawl.NO_PROVIDER]
    shut = [p.url for p in pages if not any(b.get(p.url).status_code == 200 for b in browsers)]
    assert not shut, f"give crawl.fill_town a row that opens {shut}"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_pages_before_signing_in_are_sound(pages, client, lang):
    for page in pages:
        answer = client.get(_in(lang, page))
        if answer.status_code == 200 and page.is_whole:
            assert_sound(answer.text, f"{page.url} as a stranger in {lang}", lang)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("login", ["aoi", "sato", "mori", "yama", "iin"])
def test_pages_of_refused_forms_are_sound(request, app, examples, sign_in, login, lang):
    browser, faults = sign_in(request.getfixturevalue(login)), []
    for page in crawl.posts(app, examples):
        if page.endpoint in ENDS_SESSIONS:
            continue
        answer = browser.send(_in(lang, page))
        assert answer.status_code < 500, f"POST {page.url} as {login}: {answer.status_code}"
        if answer.status_code >= 400:
            faults += _faults(answer.text, f"POST {page.url} as {login} in {lang}", lang)
    assert not faults, "\n".join(faults)


def test_a_page_that_is_not_there_is_sound(client):
    assert_sound(client.get("/nowhere").text, "/nowhere", "ja")


def _faults(html, where, lang):
    """What is not sound about the page, to be told with what other pages have."""
    try:
        assert_sound(html, where, lang)
    except (AssertionError, pytest.fail.Exception) as fault:
        return [str(fault).partition("\n")[0]]
    return []


def assert_sound(html, where, lang):
    """What is asked of every page."""
    same = re.sub(r"[0-9a-f-]{16,}|value=\"[^\"]{40,}\"", "", html)
    if same in _sound:
        return
    tree = _parse(html, where)
    assert tree.get("lang") == lang, f"{where}: <html lang> is {tree.get('lang')}"
    headings = [_text(heading) for heading in tree.iter("h1")]
    assert len(headings) == 1, f"{where}: write one h1, not {headings}"
    title = _text(tree.find("head/title"))
    assert headings[0], f"{where}: the h1 is empty"
    assert title.startswith(headings[0]), f"{where}: start title {title!r} with {headings[0]!r}"
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    doubled = {one for one in ids if ids.count(one) > 1}
    assert not doubled, f"{where}: make the ids unique: {doubled}"
    assert not (bare := list(_unlabelled(tree, set(ids)))), f"{where}: give a label to {bare}"
    assert not (lost := list(_pointing_nowhere(tree, set(ids)))), f"{where}: no such id: {lost}"
    assert not (inline := list(_inline(tree))), f"{where}: put these into static: {inline}"
    if lang == "ja":
        english = sorted(_english(tree))
        assert not english, f"{where}: not Japanese, use _() and the catalogue: {english}"
    _sound.add(same)


def _inline(tree):
    """Scripts, styles and handlers written into the page; data for a script is none."""
    for element in tree.iter():
        loaded = element.get("src") or element.get("type") == "application/json"
        if element.tag == "style" or (element.tag == "script" and not loaded):
            yield element.tag
        yield from (name for name in element.attrib if name == "style" or name.startswith("on"))
        if (element.get("href") or "").strip().lower().startswith("javascript:"):
            yield element.get("href")


def _parse(html, where, *, fragment=False):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    try:
        return parser.parseFragment(html) if fragment else parser.parse(html)
    except html5lib.html5parser.ParseError as error:
        (line, _column), code, _data = parser.errors[0]
        near = html.splitlines()[max(0, line - 2) : line + 1]
        return pytest.fail(f"{where}: not valid HTML ({code}: {error}) near {near}")


def _text(element):
    return " ".join("".join(element.itertext()).split())


def _unlabelled(tree, ids):
    parents = {child: parent for parent in tree.iter() for child in parent}
    labelled = {label.get("for") for label in tree.iter("label")}
    for field in tree.iter():
        if field.tag not in {"input", "select", "textarea"} or field.get("type") in TYPED:
            continue
        named = field.get("aria-label") or field.get("aria-labelledby") in ids
        above = parents.get(field)
        while above is not None and above.tag != "label":
            above = parents.get(above)
        if not named and field.get("id") not in labelled and above is None:
            yield field.get("name") or field.get("id")


def _pointing_nowhere(tree, ids):
    for element in tree.iter():
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for target in (element.get(name) or "").split():
                if target not in ids:
                    yield f"{name}={target}"
        href = element.get("href") or ""
        if href.startswith("#") and href != "#" and href[1:] not in ids:
            yield href


def _english_msgids():
    """Our sentences whose Japanese differs; all of the catalogue."""
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="ja"):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            for msgid in ids:
                if msgid and msgid not in said and re.search("[A-Za-z]{2}", msgid):
                    yield msgid


@functools.cache
def _is_english(text):
    """Is it a sentence of ours? Most have no place to fill in: those need no pattern."""
    plain, patterns = _english_sentences()
    return text in plain or any(pattern.fullmatch(text) for pattern in patterns)


@functools.cache
def _english_sentences():
    plain, patterns = set(), []
    for msgid in _english_msgids():
        pattern = re.sub(r"%\\?\(\w+\\?\)[sd]", ".*", re.escape(msgid))
        if pattern == re.escape(msgid):
            plain.add(msgid)
        else:
            patterns.append(re.compile(pattern))
    return plain, patterns


def _english(tree):
    """Texts of the page that are an English sentence of ours."""
    if not CATALOGUE.exists():
        return
    for text in set(_spoken(tree)):
        if re.search("[A-Za-z]{2}", text) and _is_english(text):
            yield text


def _spoken(element):
    if element.tag in {"script", "style", "code"} or element.get("lang") == "en":
        return
    texts = [element.get(name) for name in SPOKEN] + [element.text]
    if element.tag == "input" and element.get("type") in {"submit", "button"}:
        texts.append(element.get("value"))
    for child in element:
        yield from _spoken(child)
        texts.append(child.tail)
    for text in texts:
        if text and text.strip():
            yield " ".join(text.split())


def test_the_search_for_english_would_find_some():
    found = list(_english(parsed("<h1>Saved.</h1><p>保存しました。</p>")))
    assert found == ["Saved."]
