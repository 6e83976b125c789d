"""What staff write of an issue for a meeting: who may, how much, and what never stands in it."""

import uuid

import pytest
import sqlalchemy as sa

from tests import factories, material
from tests.house.test_pages import assert_sound
from tracker.core import audit
from tracker.core import clock as the_clock
from tracker.core.audit import AuditEntry
from tracker.core.db import Model, db
from tracker.core.errors import ConflictError, InvalidInputError, NotAllowedError
from tracker.issues import service as issues
from tracker.issues.material import queries, service
from tracker.issues.material.models import MOST_VIGNETTES, Cost, Vignette
from tracker.issues.material.service import OptionDraft, VignetteDraft
from tracker.issues.models import IssueStatus


@pytest.fixture
def confirmed(aoi, sato):
    """A confirmed issue of the east."""
    case = factories.accept(factories.make_case(by=aoi), by=sato)
    return factories.make_issue(sato, case, status=IssueStatus.CONFIRMED)


def sent(**fields):
    """A form as a browser sends it."""
    return {"request_key": str(uuid.uuid4()), **fields}


@pytest.mark.both
def test_what_is_written_is_read_for_all_issues_in_two_statements(
    confirmed, sato, mori, statements
):
    first, option = material.write_vignette(confirmed, sato), material.write_option(confirmed, mori)
    key = confirmed.id
    with statements() as seen:
        found = queries.material_of([key, key + 1])
    assert len(seen) == 2
    assert ([*found[key].vignettes], [*found[key].options]) == ([first], [option])
    assert key + 1 not in found


def test_a_page_of_evidence_has_room_for_three_vignettes(confirmed, sato):
    for _story in range(MOST_VIGNETTES):
        material.write_vignette(confirmed, sato)
    with pytest.raises(ConflictError, match="3"):
        material.write_vignette(confirmed, sato)


def test_nothing_keeps_which_case_a_vignette_tells_of(confirmed, sato):
    made = material.write_vignette(confirmed, sato)
    assert not [key for key in Vignette.__table__.foreign_keys if key.column.table.name == "cases"]
    links = {
        table.name
        for table in Model.metadata.tables.values()
        if {"issue_vignettes", "cases"} <= {key.column.table.name for key in table.foreign_keys}
    }
    assert not links
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.verb == "issue.vignette_added")
    ).one()
    assert entry.facts["now"]["vignette"] == made.id
    assert "case" not in str(entry.facts)


def test_what_may_tell_who_a_person_is_cannot_be_marked_as_public(confirmed, sato):
    told = "山田太郎さんの家で米を運んだ。"
    with pytest.raises(InvalidInputError) as refused:
        material.write_vignette(confirmed, sato, told, is_public=True)
    assert refused.value.field == "text"


@pytest.mark.parametrize("field", ["title", "who"])
def test_an_option_says_what_would_be_done_and_by_whom(confirmed, sato, field):
    said = {"title": "移動販売", "cost": Cost.NONE, "who": "町内会", field: ""}
    with pytest.raises(InvalidInputError) as refused:
        service.add_option(confirmed, OptionDraft(**said), by=sato, at=the_clock.now())
    assert refused.value.field == field


def test_yama_reads_but_does_not_write(confirmed, sato, yama, sign_in):
    material.write_vignette(confirmed, sato)
    with pytest.raises(NotAllowedError):
        material.write_vignette(confirmed, yama)
    page = sign_in(yama).get(f"/issues/{confirmed.id}/material?lang=en")
    assert material.STORY in page.text
    assert "Write an option" not in page.text


def test_sato_writes_changes_and_takes_out_on_the_page(confirmed, sato, sign_in):
    browser, page = sign_in(sato), f"/issues/{confirmed.id}/material"
    assert browser.send(f"/issues/{confirmed.id}/vignettes", sent(text="")).status_code == 422
    key = sent(text=material.STORY)
    for _twice in range(2):  # the second time is the same form again
        assert browser.send(f"/issues/{confirmed.id}/vignettes", key).status_code == 303
    option = sent(title="移動販売", cost="low", who="社会福祉協議会", effect="週一回来る")
    assert browser.send(f"/issues/{confirmed.id}/options", option).status_code == 303
    said = browser.get(f"{page}?lang=en")
    assert_sound(said.text, page, "en")
    assert said.text.count(material.STORY) == 1
    assert "Under 100,000 yen a year" in said.text
    (vignette,) = queries.material_of([confirmed.id])[confirmed.id].vignettes
    address = f"/issues/{confirmed.id}/vignettes/{vignette.id}"
    changed = sent(text="車がなく、薬局まで行けない。", version=str(vignette.version))
    assert browser.send(address, changed).status_code == 303
    late = browser.send(address, sent(text="ほかの人の言葉", version="1"))
    assert late.status_code == 409
    assert "車がなく、薬局まで行けない。" in late.text
    assert browser.send(f"{address}/remove", sent()).status_code == 303
    assert "車がなく" not in browser.get(page).text


def test_a_name_in_a_vignette_is_marked_before_it_is_kept(confirmed, sato, sign_in):
    told = sent(text="山田太郎さんの家で米を運んだ。")
    answer = sign_in(sato).send(f"/issues/{confirmed.id}/vignettes", told)
    assert answer.status_code == 422
    assert "<mark" in answer.text
    assert confirmed.id not in queries.material_of([confirmed.id])


def test_what_a_meeting_was_shown_stays_when_it_is_taken_out(confirmed, sato, mori):
    vignette = material.write_vignette(confirmed, sato)
    material.write_option(confirmed, sato)
    meeting = factories.plan_meeting(mori)
    item = factories.put_on_agenda(meeting, confirmed, by=mori)
    factories.publish_meeting(meeting, mori)
    service.remove(confirmed, vignette, by=sato, at=the_clock.now())
    db.session.commit()
    (frozen,) = item.evidence["issues"]
    assert frozen["vignettes"] == [{"text": material.STORY, "public": False}]
    assert frozen["options"][0]["cost"] == "low"
    assert sato.name not in str(item.evidence)


def test_of_an_issue_that_is_over_nothing_more_is_written(aoi, sato, mori):
    candidate = factories.make_issue(sato, factories.accept(factories.make_case(by=aoi), by=sato))
    issues.decline(candidate, "一軒だけの事情でした。", by=mori, at=the_clock.now())
    db.session.commit()
    with pytest.raises(ConflictError):
        material.write_vignette(candidate, sato)


def test_the_same_words_sent_again_change_nothing(confirmed, sato):
    vignette = material.write_vignette(confirmed, sato)
    before = vignette.version
    said = VignetteDraft(material.STORY)
    service.change(confirmed, vignette, said, by=sato, at=the_clock.now())
    db.session.commit()
    assert vignette.version == before
    assert not list(audit.verify({}))
