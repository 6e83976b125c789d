"""Earlier cases that speak of the same: which, in what order, by what words, and for whom."""

from datetime import date

import pytest

from tests import factories
from tracker.cases import suggesting
from tracker.cases.likeness import LEAST_SHARE, Candidate, rank
from tracker.cases.models import CaseStatus, CaseTick, Disposition, TickKind
from tracker.core import text
from tracker.core.db import db

TYPED = "近くの店が閉まり、牛乳と灯油の買い物を頼まれた。"


def candidates(*texts, **codes):
    """Earlier texts with ids from 1, each with these answers."""
    said = {name: frozenset(given) for name, given in codes.items()}
    return [Candidate(number, text.fold(typed), said) for number, typed in enumerate(texts, 1)]


def ids(found):
    return [alike.id for alike in found]


# --- the order ---


def test_the_text_that_shares_most_comes_first_with_the_words_it_shares():
    earlier = candidates(
        "玄関の雪かきができない。",
        "店が閉まって、灯油の買い物に行けない。",
        "牛乳と灯油の配達がなくなった。",
    )
    found = rank(TYPED, earlier)
    assert ids(found) == [2, 3]
    assert found[1].words == ("牛乳と灯油",)
    assert all(word in TYPED for alike in found for word in alike.words)


@pytest.mark.parametrize("typed", ["", "　", "灯油", "おねがいします", "。、"])
def test_a_text_of_few_words_is_like_nothing(typed):
    assert rank(typed, candidates("灯油の買い物")) == []


def test_where_nothing_was_filed_nothing_is_alike():
    assert rank(TYPED, []) == []


def test_words_in_another_kana_and_width_are_the_same():
    (found,) = rank("ﾈｽﾞﾐの駆除ヲ頼まれた", candidates("ネズミの駆除を頼まれた"))
    assert found.share > 0.9
    assert any(word.startswith("ﾈｽﾞﾐ") for word in found.words)


def test_the_same_text_is_wholly_alike():
    (found,) = rank(TYPED, candidates(TYPED))
    assert found.share == pytest.approx(1)


def test_of_equal_texts_the_newer_comes_first():
    assert ids(rank(TYPED, candidates(TYPED, TYPED, TYPED), limit=2)) == [3, 2]


def test_no_more_than_the_limit_are_given():
    assert len(rank(TYPED, candidates(*[TYPED] * 9))) == 3
    assert rank(TYPED, candidates(TYPED), limit=0) == []


def test_what_every_text_says_counts_little():
    everyday = [
        f"独居の方から頼まれた。{word}のこと。" for word in ("庭木", "入院", "通院", "郵便")
    ]
    found = rank("独居の方から頼まれた。灯油のこと。", candidates(*everyday, "灯油の配達"))
    assert ids(found)[0] == 5


def test_a_long_text_is_not_alike_for_its_length():
    rambling = "玄関の雪かき、庭木の剪定、入院の書類、郵便の受け取り、電球の交換、犬の世話。" * 3
    short = "灯油の買い物を頼まれた。"
    found = rank(TYPED, candidates(rambling + short, short))
    assert ids(found) == [2, 1]


def test_answers_in_common_decide_between_texts_as_like():
    given = {"gap": frozenset({"G1"}), "household": frozenset({"ALONE", "NO_KIN"})}
    same, other = candidates(TYPED, gap=["G1"], household=["ALONE"]), candidates(TYPED, gap=["G4"])
    earlier = [same[0], Candidate(2, other[0].folded, other[0].codes)]
    found = rank(TYPED, earlier, given)
    assert ids(found) == [1, 2]
    assert [alike.same for alike in found] == [("gap", "household"), ()]


def test_answers_alone_make_nothing_alike():
    given = {"gap": frozenset({"G1"})}
    assert rank(TYPED, candidates("玄関の雪かきができない。", gap=["G1"]), given) == []


def test_single_characters_in_common_make_nothing_alike():
    assert rank("夜、猫、灯、鍵のこと、雪", candidates("夜。灯。鍵。雪。")) == []


def test_every_share_is_between_the_least_and_one():
    earlier = candidates(TYPED, "灯油の買い物", "牛乳", "玄関の雪かき", TYPED * 3)
    shares = [alike.share for alike in rank(TYPED, earlier, limit=9)]
    assert all(LEAST_SHARE <= share <= 1 for share in shares)


# --- whose cases ---


def found_by(viewer, typed=TYPED, act_type="HK03", area_id=None, **more):
    return suggesting.alike(viewer, typed, act_type, area_id, **more)


@pytest.fixture
def filed(aoi, kato, ono):
    """The same need, filed by Aoi in the east, Kato in the west, Ono in the other town."""
    people = {"aoi": aoi, "kato": kato, "ono": ono}
    return {name: factories.make_case(by=person, summary=TYPED) for name, person in people.items()}


@pytest.mark.both
@pytest.mark.parametrize(
    ("login", "reads"),
    [
        ("aoi", {"aoi"}),
        ("kato", {"kato"}),
        ("sato", {"aoi"}),
        ("nishi", {"kato"}),
        ("mori", {"aoi", "kato"}),
        ("ono", {"ono"}),
        ("iin", set()),
        ("ken", set()),
        ("kanri", set()),
    ],
)
def test_only_cases_the_viewer_may_read_are_alike(filed, login, reads):
    found = found_by(factories.person_called(login))
    assert set(ids(found)) == {filed[name].id for name in reads}


@pytest.mark.both
def test_the_case_is_described_with_what_one_decides_by(aoi, sato):
    case = factories.make_case(by=aoi, summary=TYPED, wanted="灯油の配達")
    factories.sort(factories.accept(case, by=sato), by=sato, disposition=Disposition.TO_ISSUE)
    (found,) = found_by(aoi)
    assert (found.id, found.number, found.summary) == (case.id, case.number, TYPED)
    assert (found.occurred_month, found.name_ja) == (
        date(2026, 11, 1),
        "買い物（代行・手段の確保）",
    )
    assert (found.gap, found.outcome) == ("G1", "DONE_SELF")
    assert (found.status, found.disposition) == (CaseStatus.DISPOSED, Disposition.TO_ISSUE)
    assert any("灯油" in word for word in found.words)


@pytest.mark.both
def test_type_and_area_narrow_where_they_are_given(aoi, kato, mori):
    east = factories.make_case(by=aoi, summary=TYPED)
    other = factories.make_case(by=aoi, summary=TYPED, act_type="HK04")
    west = factories.make_case(by=kato, summary=TYPED)
    assert ids(found_by(mori, area_id=east.area_id)) == [east.id]
    assert ids(found_by(mori)) == [west.id, east.id]
    assert ids(found_by(mori, act_type=None)) == [west.id, other.id, east.id]


@pytest.mark.both
def test_a_withdrawn_case_and_the_case_itself_are_not_alike(aoi):
    factories.withdraw(factories.make_case(by=aoi, summary=TYPED), by=aoi)
    itself = factories.make_case(by=aoi, summary=TYPED)
    other = factories.make_case(by=aoi, summary=TYPED)
    assert ids(found_by(aoi, without={itself.id})) == [other.id]


@pytest.mark.both
@pytest.mark.parametrize(("days", "count"), [(730, 1), (732, 0)])
def test_a_case_is_alike_for_two_years(aoi, clock, days, count):
    factories.make_case(by=aoi, summary=TYPED)
    clock.move(days=days)
    assert len(found_by(aoi)) == count


@pytest.mark.both
def test_only_the_newest_are_compared(aoi, monkeypatch):
    monkeypatch.setattr(suggesting, "COMPARED", 1)
    factories.make_case(by=aoi, summary=TYPED)
    newest = factories.make_case(by=aoi, summary="玄関の雪かきができない。")
    assert found_by(aoi) == []
    assert ids(found_by(aoi, newest.summary)) == [newest.id]


@pytest.mark.both
def test_circumstances_of_the_household_are_compared(aoi):
    cases = [factories.make_case(by=aoi, summary=TYPED) for _time in range(2)]
    for code in ("ALONE", "DEMENTIA"):
        db.session.add(CaseTick(case_id=cases[0].id, kind=TickKind.HOUSEHOLD, code=code))
    db.session.add(CaseTick(case_id=cases[1].id, kind=TickKind.CALL, code="ALONE"))
    db.session.commit()
    given = {"household": frozenset({"ALONE", "DEMENTIA"}), "requester": frozenset({"SELF"})}
    found = found_by(aoi, codes=given)
    assert ids(found) == [cases[0].id, cases[1].id]
    assert [alike.same for alike in found] == [("household", "requester"), ("requester",)]


@pytest.mark.both
def test_one_statement_is_enough_and_none_for_a_few_words(aoi, sato, statements):
    factories.make_many(factories.make_case(by=aoi, summary=TYPED), 40)
    for viewer in (aoi, sato):
        with statements() as seen:
            assert len(found_by(viewer)) == 3
        assert len(seen) == 1
    with statements() as seen:
        assert found_by(aoi, "灯油") == []
    assert seen == []
