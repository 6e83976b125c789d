"""Words taken out of issues, actions and meetings, and the original that is kept for a while."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from tests.house.test_pages import assert_sound
from tests.privacy.planting import PLANTED, SAID, Chain, holding
from tracker.core import clock as the_clock
from tracker.core import traces
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.erasing import ERASED
from tracker.core.errors import ConflictError, NotAllowedError
from tracker.core.traces import AccessTrace
from tracker.jobs import retention
from tracker.meetings import freezing
from tracker.privacy.keeping import queries, service
from tracker.privacy.keeping.models import RedactionOriginal, RedactionReason
from tracker.privacy.keeping.service import Wish

NEW = "/audit/redactions/new"


@pytest.fixture
def chain(aoi, sato, mori, hara, clock):
    return Chain(aoi, sato, mori, hara)


def take_out(by, subject, row_id, text, **wanted):
    record = queries.get_record(by, subject, row_id)
    fields = {"words": "", "reason": RedactionReason.TELLS_PERSON, "sentence": "住まいが分かる。"}
    redaction = service.redact(record, Wish(text, **{**fields, **wanted}), by=by, at=now())
    db.session.commit()
    db.session.expire_all()
    return redaction


def now():
    return the_clock.now()


def test_a_whole_statement_goes_from_versions_sheets_letters_and_papers(chain, kansa):
    first = chain.item.evidence_hash
    chain.rewrite("店が閉まった。")
    take_out(kansa, "issues", chain.issue.id, f"issues.{chain.issue.id}.statement")
    said = chain.item.evidence["issues"][0]
    assert said["statement"] == ERASED  # the version of that day, not the one of today
    assert said["vignettes"][0]["text"] == ERASED  # it said the very same
    assert said["title"] != ERASED
    assert chain.item.evidence_hash == first
    assert freezing.holds(chain.item.evidence, chain.item.sheet_hash)
    assert SAID not in str(chain.letter.sheet["parts"])
    assert SAID not in str(chain.paper.paper)
    assert "issue_versions.statement" not in holding(SAID)
    assert "text_revisions.text" not in holding(SAID)


def test_single_words_are_covered_in_the_vignette_and_where_it_was_frozen(chain, kansa):
    text = f"issue_vignettes.{chain.vignette.id}.text"
    take_out(kansa, "issues", chain.issue.id, text, words=PLANTED)
    covered = SAID.replace(PLANTED, "■■■")
    assert chain.vignette.text == covered
    assert chain.item.evidence["issues"][0]["vignettes"][0]["text"] == covered
    assert "paper_versions.paper" not in holding(PLANTED)


def test_an_action_is_found_by_its_number_and_loses_a_text(chain, kansa, sign_in):
    page = sign_in(kansa).get(NEW, query_string={"of": f"/actions/{chain.action.id}"})
    assert chain.action.title in page.text
    take_out(kansa, "actions", chain.action.id, f"actions.{chain.action.id}.title")
    assert chain.action.title == ERASED


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_kind_of_record_has_its_page(chain, kansa, sign_in, lang):
    browser = sign_in(kansa)
    urls = [
        f"{NEW}?of=/{kind}/{row.id}&lang={lang}"
        for kind, row in (
            ("issues", chain.issue),
            ("actions", chain.action),
            ("meetings", chain.meeting),
        )
    ]
    for url in [*urls, f"/audit/keeping?lang={lang}"]:
        assert_sound(browser.get(url).text, url, lang)


@pytest.mark.parametrize("kind", ["issues", "actions", "meetings", "candidates", "agreements"])
def test_what_is_not_there_is_said_for_every_kind(kind, kansa, sign_in):
    assert sign_in(kansa).get(NEW, query_string={"of": f"/{kind}/999999"}).status_code in {404, 422}


def test_the_privacy_officer_reads_the_original_until_its_day_and_is_noted(
    chain, kansa, mori, sign_in, clock
):
    text = f"cases.{chain.case.id}.summary"
    redaction = take_out(kansa, "cases", chain.case.id, text, keep=True)
    assert chain.case.summary == ERASED
    assert holding(SAID) >= {"redaction_originals.text"}
    url = f"/audit/redactions/{redaction.id}"
    for lang in ("ja", "en"):
        page = sign_in(kansa).get(f"{url}?lang={lang}").text
        assert_sound(page, url, lang)
        assert SAID in page
    assert sign_in(mori).get(url).status_code == 403
    db.session.commit()
    traces.writer.flush()
    seen = sa.select(AccessTrace.subject_id).where(
        AccessTrace.subject == "redactions", AccessTrace.person_id == kansa.person_id
    )
    assert set(db.session.scalars(seen)) == {redaction.id}
    clock.move(days=91)
    assert SAID not in sign_in(kansa).get(url).text
    assert retention.retain(now())["originals"] == 1
    assert "redaction_originals.text" not in holding(SAID)


def test_the_original_can_be_deleted_before_its_day(chain, kansa, mori):
    text = f"cases.{chain.case.id}.summary"
    redaction = take_out(kansa, "cases", chain.case.id, text, keep=True)
    with pytest.raises(NotAllowedError):
        service.forget_original(redaction, by=mori, at=now())
    service.forget_original(redaction, by=kansa, at=now())
    db.session.commit()
    with pytest.raises(ConflictError):
        service.forget_original(redaction, by=kansa, at=now())
    assert queries.original_of(redaction, today=the_clock.today()) is None
    verbs = sa.select(AuditEntry.actor_id).where(AuditEntry.verb == "redaction.original_deleted")
    assert db.session.scalars(verbs).one() == kansa.person_id


@pytest.mark.parametrize(("keep", "reason"), [(False, "tells_person"), (True, "untrue")])
def test_nothing_is_kept_unasked_or_of_what_is_not_true(chain, kansa, keep, reason):
    text = f"cases.{chain.case.id}.summary"
    wanted = {"keep": keep, "reason": RedactionReason(reason)}
    take_out(kansa, "cases", chain.case.id, text, **wanted)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RedactionOriginal)) == 0


def test_the_form_keeps_it_unless_told_otherwise(chain, kansa, sign_in):
    browser = sign_in(kansa)
    typed = {
        "text": f"cases.{chain.case.id}.summary",
        "reason": "tells_person",
        "sentence": "住まいが分かる。",
        "keep": "keep",
        "sure": "y",
        "request_key": "6a4c1f0e-5f0f-4a59-9b52-0d3a2b8e7c11",
    }
    assert browser.send(f"{NEW}?of={chain.case.number}", typed).status_code == 303
    kept = db.session.scalars(sa.select(RedactionOriginal)).one()
    assert (kept.text, kept.until) == (SAID, the_clock.today() + timedelta(days=90))
    listed = browser.get("/audit/redactions/?lang=en").text
    assert "kept until" in listed
    url = f"/audit/redactions/{kept.redaction_id}"
    assert browser.post_form(url, {}, to=f"{url}/forget").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RedactionOriginal)) == 0


def test_whom_a_letter_was_addressed_to_goes_from_the_letter_as_it_was_sent_too(chain, kansa):
    name = chain.letter.addressee
    assert "issue_letters.sheet" in holding(name)
    take_out(kansa, "issues", chain.issue.id, f"issue_letters.{chain.letter.id}.addressee")
    assert (chain.letter.addressee, chain.letter.sheet["addressee"]) == (ERASED, ERASED)
    assert holding(name) & {"issue_letters.sheet", "issue_letters.addressee"} == set()
