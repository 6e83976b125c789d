"""What an issue says part by part: written, kept as versions, drafted, compared, filled in."""

import pytest
import sqlalchemy as sa

from tests import factories
from tests.client import form_fields, parsed
from tests.house.test_pages import assert_sound
from tests.issues.test_pages import form_of
from tracker.core import clock as the_clock
from tracker.core import drafts
from tracker.core.audit import TextRevision
from tracker.core.db import db
from tracker.core.errors import InvalidInputError
from tracker.issues import service
from tracker.issues.models import IssueStatus, IssueVersion
from tracker.issues.statement import IssueLevel, Solver
from tracker.issues.wording_routes import draft_name

WHOLE = {
    "for_whom": "車を運転しない一人暮らしの方",
    "need": "重い物を家まで運ぶ手伝い",
    "existing": "宅配はあるが、画面での注文がむずかしい。",
    "gap": "G3",
    "cause": "店が閉まったあとの見通しを誰も立てていない。",
    "effect": "訪問のついでに買って届けている。",
    "level": IssueLevel.MUNICIPALITY,
    "solver": Solver.MUTUAL,
    "question": "移動販売を呼べますか。",
}


def rewrite(issue, by, **changes):
    draft = factories.issue_draft(issue.area_id, **changes)
    service.rewrite(issue, draft, by=by, at=the_clock.now(), today=the_clock.today())
    db.session.commit()


def versions(issue):
    rows = sa.select(IssueVersion).filter_by(issue_id=issue.id).order_by(IssueVersion.number)
    return db.session.scalars(rows).all()


@pytest.mark.both
def test_a_version_keeps_every_part(issue, mori):
    rewrite(issue, mori, **WHOLE)
    rewrite(issue, mori, **{**WHOLE, "cause": ""})
    _first, whole, last = versions(issue)
    assert {name: getattr(whole, name) for name in WHOLE} == WHOLE
    assert (whole.area_id, whole.act_type_code) == (issue.area_id, "HK03")
    assert last.cause == "" == issue.cause
    gone = db.session.scalars(sa.select(TextRevision.text).filter_by(field="cause")).all()
    assert gone == [WHOLE["cause"]]


def test_a_gap_that_is_no_code_is_refused(issue, mori):
    with pytest.raises(InvalidInputError) as refused:
        rewrite(issue, mori, gap="G7")
    assert refused.value.field == "gap"


def test_every_part_is_typed_on_the_page_and_shown_there(issue, mori, sign_in):
    browser, url = sign_in(mori), f"/issues/{issue.id}"
    typed = {**WHOLE, "level": "municipality", "solver": "mutual"}
    assert browser.post_form(f"{url}/edit", typed).status_code == 303
    assert {name: getattr(issue, name) for name in WHOLE} == WHOLE
    text = browser.get(url).text
    words = [text for text in WHOLE.values() if type(text) is str and text != "G3"]
    for shown in (*words, "条件が合わない", str(issue.level.label), str(issue.solver.label)):
        assert shown in text


@pytest.mark.parametrize("part", ["need", "question"])
def test_a_telephone_number_in_a_part_is_asked_about(issue, mori, sign_in, part):
    browser, url = sign_in(mori), f"/issues/{issue.id}/edit"
    answer = browser.post_form(url, {part: "090-1234-5678 に電話"})
    assert answer.status_code == 422
    assert_sound(answer.text, url, "ja")
    assert getattr(issue, part) == ""


def test_the_commonest_gap_of_the_cases_is_filled_in_and_nothing_is_invented(aoi, mori, sign_in):
    cases = [factories.make_case(by=aoi, gap=gap) for gap in ("G1", "G5", "G5")]
    query = "&".join(f"case_ids={case.id}" for case in cases)
    fields = form_of(sign_in(mori).get(f"/issues/new?{query}"), "/issues/new")
    assert (fields["gap"], fields["act_type"]) == ("G5", "HK03")
    parts = ("for_whom", "need", "existing", "cause", "effect", "question", "level", "solver")
    assert {fields[name] for name in parts} == {""}


# --- a draft on the server ---


def opened(browser, url):
    """What the form that keeps drafts holds."""
    forms = parsed(browser.get(url).text).iter("form")
    return form_fields(next(form for form in forms if form.get("hx-post")))


def test_what_is_typed_is_kept_until_it_is_saved(issue, mori, sign_in):
    browser, url = sign_in(mori), f"/issues/{issue.id}"
    fields = opened(browser, f"{url}/edit")
    typed = {**fields, "need": "半分だけ書いた", "gap": "G2"}
    assert browser.post(f"{url}/draft", data=typed).status_code == 200
    again = browser.get(f"{url}/edit").text
    assert "半分だけ書いた" in again
    assert issue.need == ""
    assert browser.post_form(f"{url}/edit", {"title": "買い物に行けない"}).status_code == 303
    assert (issue.need, issue.gap) == ("半分だけ書いた", "G2")
    assert drafts.find(mori.person_id, draft_name(issue.id)) is None


def test_a_draft_begun_before_somebody_else_saved_ends_in_both_texts(issue, mori, sato, sign_in):
    browser, url = sign_in(mori), f"/issues/{issue.id}"
    fields = opened(browser, f"{url}/edit")
    browser.post(f"{url}/draft", data={**fields, "cause": "森の推測。"})
    rewrite(issue, sato, cause="佐藤の推測。")
    answer = browser.post_form(f"{url}/edit", {"title": "買い物に行けない"})
    assert answer.status_code == 409
    assert "森の推測。" in answer.text
    assert "佐藤の推測。" in answer.text


def test_a_draft_is_thrown_away(issue, mori, sign_in):
    browser, url = sign_in(mori), f"/issues/{issue.id}"
    browser.send(f"{url}/draft", {"need": "やめた", "version": "1"})
    assert browser.post_form(f"{url}/edit", to=f"{url}/draft/discard").status_code == 303
    assert "やめた" not in browser.get(f"{url}/edit").text


@pytest.mark.parametrize("login", ["tani", "nishi"])
def test_strangers_keep_no_draft_and_compare_nothing(issue, login, request, sign_in):
    browser = sign_in(request.getfixturevalue(login))
    assert browser.send(f"/issues/{issue.id}/draft", {"need": "x"}).status_code == 404
    assert browser.get(f"/issues/{issue.id}/versions").status_code == 404


# --- versions side by side ---


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_any_two_versions_are_compared_word_by_word(issue, mori, yama, sign_in, lang):
    rewrite(issue, mori, cause="道が遠いため。")
    rewrite(issue, mori, cause="バスが減ったため。")
    browser, url = sign_in(yama), f"/issues/{issue.id}/versions"
    newest = browser.get(f"{url}?lang={lang}")
    assert_sound(newest.text, url, lang)
    assert "道が遠い" in newest.text
    first = browser.get(f"{url}?from=1&to=3").text
    assert "道が遠い" not in first
    assert "バスが" in first


@pytest.mark.parametrize("asked", ["from=1&to=9", "from=0&to=1", "from=x&to=1"])
def test_a_version_that_is_none_is_not_found(issue, mori, sign_in, asked):
    assert sign_in(mori).get(f"/issues/{issue.id}/versions?{asked}").status_code == 404


def test_an_issue_never_rewritten_says_so(issue, mori, sign_in):
    answer = sign_in(mori).get(f"/issues/{issue.id}/versions?lang=en")
    assert "There is one version only" in answer.text


def test_the_first_version_has_no_area_before_it_was_kept(issue, mori, sign_in):
    db.session.execute(sa.update(IssueVersion).values(area_id=None, act_type_code=None))
    db.session.commit()
    assert sign_in(mori).get(f"/issues/{issue.id}/versions").status_code == 200


def test_what_is_over_is_neither_written_nor_drafted_into_it(issue, road, sato, sign_in):
    road.lead(issue, IssueStatus.DECLINED)
    assert sign_in(sato).get(f"/issues/{issue.id}/edit").status_code == 409
