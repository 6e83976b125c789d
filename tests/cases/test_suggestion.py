"""Which type of act a text points to: by what words, how surely, and what is never kept."""

import json
import re
import time

import pytest
import sqlalchemy as sa
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests import databases, factories
from tests.bench import suggestions as bench
from tracker.cases import suggesting
from tracker.cases.models import Disposition, SuggestionModel
from tracker.cases.suggestion import FORMAT, Model, train
from tracker.cases.wording import Lexicon, Wording, stretches
from tracker.core import clock as the_clock
from tracker.core import text
from tracker.core.db import db
from tracker.jobs import worker
from tracker.taxonomy.models import ActType

RARE = "燈籠祭"  # a word of one village, in no sentence of the taxonomy
JAPANESE = st.text(
    alphabet="ごみ出しゴミｺﾞﾐー通院の付き添い米買物、。 　\n119ABＡ㈱①髙﨑𠮷ヶァ", max_size=40
)


@pytest.fixture(scope="module", autouse=True)
def learning_anew():
    """Other tests share what was learnt before; here it is learnt each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suggesting, "learn", databases.learn)
        yield


@pytest.fixture(scope="module")
def model(learning_anew):
    """What is known before the first case."""
    return suggesting.learn(suggesting.shipped_types())


def codes(found):
    return [suggestion.code for suggestion in found]


# --- what is suggested ---


def test_a_text_is_given_three_types_the_likeliest_first(model):
    found = model.suggest("近くの店が閉まり、米と牛乳の買い物を頼まれました。")
    assert found[0].code == "HK03"
    assert len(found) == 3
    assert found == sorted(found, key=lambda suggestion: -suggestion.share)


def test_the_words_that_led_there_are_shown_as_they_were_typed(model):
    typed = "ﾈｽﾞﾐが出て、　駆除ノ業者ヲ頼ム"
    (first, *_rest) = model.suggest(typed)
    assert first.code == "LV02"
    assert all(word in typed for word in first.words)
    assert "ﾈｽﾞﾐ" in first.words
    assert any("駆除" in word for word in first.words)


@pytest.mark.parametrize(
    "typed", ["", "　\n", "雪かき", "ゴミ", "よろしくおねがいします", "。、・"]
)
def test_a_text_of_few_words_is_given_nothing(model, typed):
    assert model.suggest(typed) == []


def test_a_text_of_unknown_words_is_given_nothing():
    assert train([("HK03", "買い物を頼まれた")]).suggest("zebra quartz") == []


def test_the_shares_of_all_types_are_one_together(model):
    found = model.suggest("通院の付き添いを頼まれた。", limit=99)
    assert sum(suggestion.share for suggestion in found) == pytest.approx(1)
    assert all(0 <= suggestion.share <= 1 for suggestion in found)


def test_only_the_types_asked_for_are_suggested(model):
    found = model.suggest("通院の付き添いを頼まれた。", among={"MV02", "HK06", "XX99"})
    assert set(codes(found)) == {"MV02", "HK06"}
    assert sum(suggestion.share for suggestion in found) == pytest.approx(1)


def test_a_type_seen_little_leans_on_its_family():
    samples = [("AA01", "電球の交換を頼まれた"), ("AA02", "庭木の剪定"), ("BB01", "入院の書類")]
    found = train(samples).suggest("電球の交換のこと", limit=9)
    assert codes(found)[0] == "AA01"
    assert codes(found).index("AA02") < codes(found).index("BB01")


@given(JAPANESE)
def test_every_word_shown_stands_in_the_text(typed):
    found = train([("HK02", "ゴミ出し 通院"), ("MV01", "付き添い 買物")]).suggest(typed)
    assert all(word in typed for suggestion in found for word in suggestion.words)


def test_suggesting_for_the_longest_text_takes_few_milliseconds(model):
    typed = "".join(sentence for sentence, _code in bench.sentences())[:400]
    taken = []
    for _time in range(20):
        began = time.process_time()
        model.suggest(typed)
        taken.append(time.process_time() - began)
    assert min(taken) < 0.005


# --- what a text is read as ---


@given(JAPANESE)
@example("ヶﾞ")
def test_a_text_is_folded_as_the_search_key_is(typed):
    # The key knows no blanks; here they part, so that a mark after one stands alone.
    assume(not re.search(r"\s[\u3099\u309a\uff9e\uff9f]", typed))
    assert Wording.of(typed).folded.replace(" ", "") == text.fold(typed)


def test_pairs_of_hiragana_say_nothing_and_pairs_of_katakana_do():
    assert [pair.key for pair in Wording.of("これはゴミ").pairs()] == ["はご", "ごみ"]


def test_no_pair_reaches_over_a_sign_or_a_blank():
    assert [pair.key for pair in Wording.of("米、水　店").pairs()] == []


def test_a_known_word_is_found_in_any_kana_but_not_inside_another():
    lexicon = Lexicon(["ダニ", "ごみ屋敷", "ごみ"])
    found = {
        typed: [word.key for word in Wording.of(typed).words(lexicon)]
        for typed in ("家のだに", "いまだに", "ダニが", "ゴミ屋敷", "")
    }
    assert found == {
        "家のだに": ["=だに"],
        "いまだに": [],
        "ダニが": ["=だに"],
        "ゴミ屋敷": ["=ごみ屋敷"],
        "": [],
    }


def test_stretches_are_merged_cut_to_words_and_the_heaviest_comes_first():
    typed = "買い物に行き、猫"
    places = [(1, 3, 1.0), (0, 2, 2.0), (2, 4, 1.0), (7, 8, 5.0), (4, 5, 0.1)]
    assert stretches(typed, places) == ("猫", "買い物")
    assert stretches(typed, []) == ()


# --- how good it is ---


def test_the_right_type_is_among_three_for_sentences_never_trained_on():
    scores = bench.measure()
    assert scores.n >= 130
    assert scores.top3 >= 0.94, bench.report()
    assert scores.top1 >= 0.88, bench.report()


def test_the_share_it_claims_is_honest():
    scores = bench.measure()
    assert scores.top1 - 0.15 < scores.claimed < scores.top1 + 0.03, (
        "rather too little than too much"
    )


def test_many_cases_of_some_types_do_not_drown_the_rest():
    cases = [
        ("HK03", "店が遠く、米の買い物を頼まれた。"),
        ("MV01", "通院に付き添い、診察で待った。"),
    ]
    taught = suggesting.learn(suggesting.shipped_types(), cases * 500)
    assert bench.measure(taught).top3 >= 0.9


def test_every_type_is_trained_and_tested():
    types = {one.code for one in suggesting.shipped_types()}
    trained, tested = (
        [code for code, _text in suggesting._sentences()],
        [code for _text, code in bench.sentences()],
    )
    assert {code for code in types if trained.count(code) >= 6} == types == set(trained)
    assert {code for code in types if tested.count(code) >= 2} == types == set(tested)


def test_no_sentence_of_the_test_was_trained_on():
    trained = "\n".join(sentence for _code, sentence in suggesting._sentences())
    copied = [
        sentence
        for sentence, _code in bench.sentences()
        for at in range(len(sentence) - 9)
        if sentence[at : at + 10] in trained
    ]
    assert copied == []


# --- what is kept ---


def test_what_is_written_is_read_again_the_same(model):
    written = json.loads(json.dumps(model.to_json()))
    again = Model.from_json(written)
    typed = "郵便の受け取りと代筆を頼まれた。"
    assert again.suggest(typed) == model.suggest(typed)
    assert again.to_json() == written


def test_the_same_texts_give_the_same_model(model):
    again = suggesting.learn(suggesting.shipped_types())
    assert json.dumps(again.to_json()) == json.dumps(model.to_json())


def test_a_model_of_another_format_is_refused(model):
    with pytest.raises(ValueError, match="format"):
        Model.from_json({**model.to_json(), "format": FORMAT + 1})


@pytest.mark.parametrize(("cases", "is_kept"), [(1, False), (2, False), (3, True)])
def test_a_word_of_fewer_than_three_cases_is_forgotten(cases, is_kept):
    told = [("SP01", f"{RARE}の寄り合い")] * cases
    kept = json.dumps(train([("SP01", "通いの場")], cases=told).to_json(), ensure_ascii=False)
    assert (RARE[:2] in kept, RARE[0] in kept) == (is_kept, is_kept)


# --- the stored model ---


@pytest.fixture
def a_minute_later(monkeypatch):
    """Calling it lets the process look for a newer model again."""
    passed = [time.monotonic()]
    monkeypatch.setattr(suggesting, "monotonic", lambda: passed[0])

    def go():
        passed[0] += 61

    return go


def confirmed(aoi, sato, count, **changes):
    for _time in range(count):
        factories.accept(factories.make_case(by=aoi, **changes), by=sato)


def retrain():
    db.session.rollback()
    suggesting.retrain(the_clock.now())
    db.session.commit()
    return db.session.scalars(sa.select(SuggestionModel).order_by(SuggestionModel.id)).all()


def suggested(typed=f"{RARE}に行く車の手配"):
    return suggesting.suggest_types(typed, today=the_clock.today())


@pytest.mark.both
def test_before_the_first_training_the_taxonomy_alone_is_known(app):
    assert suggested("雪かきができず、玄関から出られない。")[0].code == "HK06"


@pytest.mark.both
def test_three_accepted_cases_teach_a_word_of_the_town(app, aoi, sato, a_minute_later):
    assert "ZZ99" not in codes(suggested())
    confirmed(aoi, sato, 3, act_type="ZZ99", summary=f"{RARE}の支度を頼まれた。")
    (stored,) = retrain()
    assert stored.samples > 400
    a_minute_later()
    first = suggested()[0]
    assert (first.code, first.words[0]) == ("ZZ99", RARE)


@pytest.mark.both
def test_one_accepted_case_leaves_no_word_of_its_own_behind(app, aoi, sato):
    confirmed(aoi, sato, 1, summary=f"{RARE}の支度を頼まれた。", wanted=f"{RARE}の手伝い")
    (stored,) = retrain()
    kept = json.dumps(stored.content, ensure_ascii=False)
    assert not any(part in kept for part in (RARE[:2], RARE[1:], RARE[0], RARE[1]))


@pytest.mark.both
def test_only_confirmed_cases_teach(app, aoi, sato, clock):
    summary = f"{RARE}の支度を頼まれた。"
    for _time in range(3):
        factories.make_case(by=aoi, summary=summary)
        factories.send_back(factories.make_case(by=aoi, summary=summary), by=sato)
        factories.withdraw(factories.make_case(by=aoi, summary=summary), by=aoi)
    assert RARE[:2] not in retrain()[0].content["counts"]
    for disposition in (None, Disposition.TO_ISSUE, Disposition.STATISTICS_ONLY):
        case = factories.accept(factories.make_case(by=aoi, summary=summary), by=sato)
        if disposition:
            factories.sort(case, by=sato, disposition=disposition)
    assert RARE[:2] in retrain()[-1].content["counts"]


@pytest.mark.both
def test_training_again_leaves_only_the_newest_model(app, aoi, sato):
    confirmed(aoi, sato, 1)
    (first,) = retrain()
    was, samples = first.id, first.samples
    confirmed(aoi, sato, 1)
    (second,) = retrain()
    assert second.id > was
    assert second.samples == samples + 1


@pytest.mark.both
def test_only_the_newest_cases_of_a_type_are_learnt(app, aoi, sato, monkeypatch):
    monkeypatch.setattr(suggesting, "MOST_OF_A_TYPE", 3)
    confirmed(aoi, sato, 3, summary=f"{RARE}の支度を頼まれた。")
    confirmed(aoi, sato, 1)
    assert RARE[:2] not in retrain()[0].content["counts"]


@pytest.mark.both
def test_a_retired_type_is_no_longer_suggested(app, a_minute_later):
    typed = "雪かきができず、玄関から出られない。"
    assert "HK06" in codes(suggested(typed))
    db.session.get_one(ActType, "HK06").valid_until = the_clock.today().replace(day=1)
    db.session.commit()
    a_minute_later()
    assert "HK06" not in codes(suggested(typed))


@pytest.mark.both
def test_the_model_is_looked_for_once_a_minute_by_one_statement(app, statements, a_minute_later):
    suggested()
    with statements() as seen:
        suggested()
    assert seen == []
    a_minute_later()
    with statements() as seen:
        suggested()
    assert len(seen) == 1


def test_a_stored_model_of_another_format_is_passed_over(app):
    (stored,) = retrain()
    stored.content = {"format": FORMAT + 1}
    db.session.commit()
    assert suggested("雪かきができず、玄関から出られない。")[0].code == "HK06"


@pytest.mark.both
def test_the_daily_round_trains_once_a_day(app, aoi, sato, clock):
    confirmed(aoi, sato, 1)
    seen = []
    for passed in ({"hours": 0}, {"hours": 1}, {"days": 1}):
        db.session.rollback()
        worker.round_of_work(app, clock.move(**passed))
        seen.append(db.session.scalars(sa.select(SuggestionModel.trained_at)).one())
    assert seen[0] == seen[1] < seen[2]
