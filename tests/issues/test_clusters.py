"""What speaks of the same in a cell: found by rare words, tied by what is shown, never a heap."""

from itertools import combinations

from tracker.demo import files
from tracker.issues.relating import clusters
from tracker.issues.relating.clusters import LEAST_SHARE, Told

VAN = [
    "移動販売車が来なくなり、米と飲み物を買って届けた。",
    "団地に移動販売車が来ない日に、牛乳の買い物を頼まれた。",
    "移動販売車の曜日が変わり、間に合わず食品を届けた。",
]
TAXI = [
    "介護タクシーの予約が取れず、車に乗せて病院へ送った。",
    "介護タクシーが断り、透析の送迎をした。",
]
OTHER = ["銀行の窓口で通帳の記帳を手伝った。", "猫の餌やりを入院中に引き受けた。"]


def told(*texts, **codes):
    answers = {name: frozenset({code}) for name, code in codes.items()}
    return [Told(number, text, answers) for number, text in enumerate(texts, 1)]


def found(*texts, apart=frozenset(), **codes):
    return clusters.clusters(told(*texts, **codes), apart)


def test_cases_with_rare_words_in_common_stand_together():
    made = found(*VAN, *TAXI, *OTHER)
    assert [one.case_ids for one in made] == [(3, 2, 1), (5, 4)]


def test_the_words_that_tie_them_are_shown_as_they_were_typed():
    van, taxi = found(*VAN, *TAXI, *OTHER)
    assert any("移動販売車" in word for word in van.words)
    assert any("介護タクシー" in word for word in taxi.words)


def test_only_answers_that_all_of_them_gave_are_shown():
    texts = told(*VAN, gap="G1", requester="SELF")
    texts[2] = Told(3, VAN[2], {"gap": frozenset({"G1"}), "requester": frozenset({"FAMILY"})})
    more = [Told(9 + number, text) for number, text in enumerate([*TAXI, *OTHER])]
    van = clusters.clusters([*texts, *more])[0]
    assert van.case_ids == (3, 2, 1)
    assert van.same == (("gap", "G1"),)


def test_a_pair_that_is_kept_apart_stands_in_no_cluster():
    made = found(*VAN, *TAXI, *OTHER, apart={frozenset({4, 5}), frozenset({1, 3})})
    pairs = {frozenset(pair) for one in made for pair in combinations(one.case_ids, 2)}
    assert pairs
    assert not pairs & {frozenset({4, 5}), frozenset({1, 3})}


def test_nothing_repeats_among_few_or_different_texts():
    assert found() == found(VAN[0]) == found(*OTHER) == []


def test_blank_texts_are_alike_to_nothing():
    assert found("", "", "。", "。") == []


def test_the_order_of_the_cases_changes_nothing():
    texts = told(*VAN, *TAXI, *OTHER)
    assert clusters.clusters(texts) == clusters.clusters(texts[::-1])


def test_what_every_text_says_ties_none_of_them():
    assert found(*(f"買い物を頼まれた。{word}" for word in ("雨", "坂道", "腰痛", "犬"))) == []


def test_hardly_two_cases_of_different_types_are_alike_by_chance():
    rows = dict(enumerate([*files.rows("cases"), *files.rows("cases_after")]))
    texts = [Told(key, f"{row['summary']}\n{row['wanted']}") for key, row in rows.items()]
    features = {one.id: list(clusters.Wording.of(one.text).pairs()) for one in texts}
    weights = clusters._weights({key: {f.key for f in some} for key, some in features.items()})
    shares = clusters._shares(features, weights)
    pairs = [
        pair
        for pair in combinations(rows, 2)
        if rows[pair[0]]["act_type"] != rows[pair[1]]["act_type"]
    ]
    alike = sum(shares.get(frozenset(pair), 0.0) >= LEAST_SHARE for pair in pairs)
    assert alike / len(pairs) < 0.01
