"""Pure: which cases of one cell speak of the same, with the words and answers that tie them.

Two texts are alike when they share rare pairs of characters; answers that agree decide between
texts that are about as like. Cases join a cluster only when they are like its members on average,
so that no chain of neighbours grows into one heap. The same cases always give the same clusters.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tracker.cases.likeness import AGREEMENT, Codes
from tracker.cases.wording import Feature, Wording, stretches

# Measured on the demo's cases: of 6,995 pairs of different types, which are alike by chance alone,
# 1 in 160 reaches it; of 386 pairs of the same type 1 in 6.
LEAST_SHARE = 0.15
OF_THE_MEAN = 0.7  # of that share every two sides that merge must have on average
TOO_COMMON = 0.5  # what stands in more of the texts tells nothing
MOST_CLUSTERS = 12


@dataclass(frozen=True)
class Told:
    """What one case says: its words as typed, and its coded answers by question."""

    id: int
    text: str
    codes: Codes = field(default_factory=dict)


@dataclass(frozen=True)
class Cluster:
    """Cases that speak of the same, the newest first."""

    case_ids: tuple[int, ...]
    words: tuple[str, ...]  # what most of them say, as the newest of them typed it; three at most
    same: tuple[tuple[str, str], ...]  # question and answer that all of them share
    share: float  # 0 to 1: how much two of them have in common, on average


Pair = frozenset[int]


def clusters(told: Sequence[Told], apart: Collection[Pair] = frozenset()) -> list[Cluster]:
    """Groups of two cases or more, the largest first; [] when nothing repeats; twelve at most.

    :param apart: pairs that never stand in one cluster
    """
    by_id = {one.id: one for one in told}
    features = {one.id: list(Wording.of(one.text).pairs()) for one in told}
    weights = _weights({key: {f.key for f in found} for key, found in features.items()})
    shares = _shares(features, weights)
    groups = _merged(by_id, shares, apart)
    found = [_cluster(group, by_id, features, weights, shares) for group in groups]
    found = [one for one in found if one.words]
    found.sort(key=lambda one: (-len(one.case_ids), -one.share, one.case_ids))
    return found[:MOST_CLUSTERS]


def _weights(keys: Mapping[int, set[str]]) -> dict[str, float]:
    """How rare each feature is; what stands in one text or in most of them is left out."""
    seen = Counter(key for found in keys.values() for key in found)
    most = max(2.0, TOO_COMMON * len(keys))
    return {
        key: math.log((2 + len(keys)) / (1 + count))
        for key, count in seen.items()
        if 1 < count <= most
    }


def _shares(
    features: Mapping[int, list[Feature]], weights: Mapping[str, float]
) -> dict[Pair, float]:
    """How much two texts have in common, of what both say; pairs with nothing have no entry."""
    alone = math.log((2 + len(features)) / 2)  # what no other text says
    holders: dict[str, list[int]] = defaultdict(list)
    whole: dict[int, float] = {}
    for case_id, found in sorted(features.items()):
        keys = sorted({feature.key for feature in found})
        for key in keys:
            if key in weights:
                holders[key].append(case_id)
        whole[case_id] = math.fsum(weights.get(key, alone / 2) for key in keys)
    common: dict[tuple[int, int], float] = defaultdict(float)
    for key, ids in sorted(holders.items()):
        for pair in combinations(ids, 2):
            common[pair] += weights[key]
    return {
        frozenset(pair): 2 * weight / (whole[pair[0]] + whole[pair[1]])
        for pair, weight in common.items()
    }


def _merged(
    told: Mapping[int, Told], shares: Mapping[Pair, float], apart: Collection[Pair]
) -> list[set[int]]:
    """The likest pairs first, each joining the groups of both where the groups are alike."""
    group_of: dict[int, set[int]] = {}
    for pair in _in_order(told, shares):
        one, other = sorted(pair)
        first, second = group_of.get(one, {one}), group_of.get(other, {other})
        if first is second or not _fit(first, second, shares, apart):
            continue
        merged = first | second
        for case_id in merged:
            group_of[case_id] = merged
    distinct = {min(group): group for group in group_of.values()}
    return [distinct[key] for key in sorted(distinct)]


def _in_order(told: Mapping[int, Told], shares: Mapping[Pair, float]) -> list[Pair]:
    scored = []
    for pair, share in shares.items():
        if share >= LEAST_SHARE:
            one, other = sorted(pair)
            score = share + AGREEMENT * _agreement(told[one].codes, told[other].codes)
            scored.append((-score, one, other))
    return [frozenset(pair) for _score, *pair in sorted(scored)]


def _agreement(one: Codes, other: Codes) -> float:
    """Share (0 to 1) of the questions both answered that they answered the same."""
    both = [name for name in one if name in other]
    return sum(bool(one[name] & other[name]) for name in both) / len(both) if both else 0.0


def _fit(
    first: set[int], second: set[int], shares: Mapping[Pair, float], apart: Collection[Pair]
) -> bool:
    between = [frozenset({one, other}) for one in first for other in second]
    if any(pair in apart for pair in between):
        return False
    mean = math.fsum(shares.get(pair, 0.0) for pair in between) / len(between)
    return mean >= OF_THE_MEAN * LEAST_SHARE


def _cluster(
    group: set[int],
    told: Mapping[int, Told],
    features: Mapping[int, list[Feature]],
    weights: Mapping[str, float],
    shares: Mapping[Pair, float],
) -> Cluster:
    ids = sorted(group, reverse=True)
    pairs = list(combinations(ids, 2))
    mean = math.fsum(shares.get(frozenset(pair), 0.0) for pair in pairs) / len(pairs)
    said = Counter(key for one in ids for key in {feature.key for feature in features[one]})
    common = {
        key for key, count in said.items() if key in weights and count >= max(2, len(ids) / 2)
    }
    places = [
        (one.start, one.end, weights[one.key]) for one in features[ids[0]] if one.key in common
    ]
    words = tuple(word for word in stretches(told[ids[0]].text, places) if len(word) > 1)
    return Cluster(tuple(ids), words, _same([told[one].codes for one in ids]), mean)


def _same(codes: Sequence[Codes]) -> tuple[tuple[str, str], ...]:
    """Answers that every one of them gave."""
    return tuple(
        (name, code)
        for name in sorted(codes[0])
        for code in sorted(frozenset.intersection(*(one.get(name, frozenset()) for one in codes)))
    )
