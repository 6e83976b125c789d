"""Which earlier texts speak of the same: rare pairs of characters and kanji that both have.

Answers that agree decide between texts that are about as like.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import add

from tracker.cases.wording import Feature, Wording, stretches

Codes = Mapping[str, frozenset[str]]  # question → what was answered

LEAST_PAIRS = 4  # a shorter text is like everything
LEAST_SHARE = 0.06  # of the typed text's weight; less is shared by chance
AGREEMENT = 0.15  # what answers that all agree add to the share, for the order alone
_LONG_TEXTS = 0.5  # how much of a long text's better chance is taken off
_TELLING = 0.5  # of the highest weight shared; commoner features are not shown as words


@dataclass(frozen=True)
class Candidate:
    """An earlier text."""

    id: int
    folded: str  # by core.text.fold
    codes: Codes = field(default_factory=dict)


@dataclass(frozen=True)
class Alike:
    """An earlier text that is like the one typed."""

    id: int
    share: float  # 0 to 1: how much of the typed text's weight stands in it as well
    words: tuple[str, ...]  # what both say, as typed in the new one, heaviest first, three at most
    same: tuple[str, ...]  # questions with an answer in common, sorted


def rank(
    typed: str, candidates: Iterable[Candidate], codes: Codes | None = None, limit: int = 3
) -> list[Alike]:
    """The likest first, of equal ones the higher id; [] when none is, or for a few words.

    Only texts that share more than single characters.

    :param codes: the answers given beside the typed text
    """
    if not says_enough(typed):
        return []
    wording = Wording.of(typed)
    features = [*wording.pairs(), *wording.characters()]
    keys = frozenset(feature.key for feature in features)
    texts = [_Compared(one, len(one.folded), _common(keys, one.folded)) for one in candidates]
    weights = _weights(keys, texts)
    found = []
    for text, share in zip(texts, _shares(weights, texts), strict=True):
        if share >= LEAST_SHARE:
            score = share + AGREEMENT * _agreement(codes or {}, text.candidate.codes)
            found.append((-score, -text.candidate.id, share, text))
    found.sort(key=lambda entry: entry[:2])
    described = (
        Alike(
            text.candidate.id,
            share,
            _words(typed, features, weights, text.common),
            _same(codes or {}, text.candidate.codes),
        )
        for _score, _id, share, text in found
    )
    worth_it = (one for one in described if any(len(word) > 1 for word in one.words))
    return list(islice(worth_it, limit))


def says_enough(typed: str) -> bool:
    """Has the text enough pairs of characters to be compared by?"""
    return sum(1 for _pair in Wording.of(typed).pairs()) >= LEAST_PAIRS


@dataclass(frozen=True)
class _Compared:
    candidate: Candidate
    length: int
    common: frozenset[str]  # features of the typed text that stand in it


def _common(keys: frozenset[str], folded: str) -> frozenset[str]:
    """Of these characters and pairs of them, those that stand in the text."""
    return keys.intersection(chain(map(add, folded, folded[1:]), folded))


def _weights(keys: frozenset[str], texts: list[_Compared]) -> dict[str, float]:
    """How rare each feature is among the texts; near 0 for what stands in all of many."""
    seen = Counter(chain.from_iterable(text.common for text in texts))
    return {key: math.log((2 + len(texts)) / (1 + seen[key])) for key in keys}


def _shares(weights: Mapping[str, float], texts: list[_Compared]) -> Iterator[float]:
    """How much of the weight each text has, less for a long one; `fsum` knows no order."""
    whole = math.fsum(weights.values())
    usual = max(1.0, sum(text.length for text in texts) / max(1, len(texts)))
    for text in texts:
        longer = 1 - _LONG_TEXTS + _LONG_TEXTS * text.length / usual
        yield min(1.0, math.fsum(map(weights.__getitem__, text.common)) / whole / longer)


def _agreement(given: Codes, earlier: Codes) -> float:
    """Share (0 to 1) of the given answers that the earlier text has too; 0 when none was given."""
    asked = sum(len(answers) for answers in given.values())
    met = sum(len(answers & earlier.get(name, frozenset())) for name, answers in given.items())
    return met / asked if asked else 0.0


def _same(given: Codes, earlier: Codes) -> tuple[str, ...]:
    return tuple(sorted(name for name in given if given[name] & earlier.get(name, frozenset())))


def _words(
    typed: str, features: list[Feature], weights: Mapping[str, float], common: frozenset[str]
) -> tuple[str, ...]:
    least = _TELLING * max((weights[key] for key in common), default=0.0)
    telling = [one for one in features if one.key in common and weights[one.key] >= least]
    return stretches(typed, [(one.start, one.end, weights[one.key]) for one in telling])
