"""Which type of act a text speaks of: naive Bayes on the features of `wording`, family by family.

A type that was seen little leans on its family, the family on everything. What comes out is
tempered, because neighbouring pairs of characters say nearly the same thing twice: a share of 0.7
should be right seven times in ten (tests/bench/suggestions.py).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.cases.wording import Feature, Lexicon, Wording, stretches

FORMAT = 1  # of what `to_json` gives; raised when features change their meaning
LEAST_PAIRS = 4  # a shorter text is no ground for a suggestion
LEAST_SEEN = 3  # a feature of fewer cases is forgotten: rare words could tell on somebody

# Found by eight-fold cross-validation over training.csv, not on the test set.
_TYPE_LEANS = 300.0  # pseudo-counts a type takes from its family
_FAMILY_LEANS = 3000.0  # and a family from everything
_FLOOR = 0.5
_TEMPER = 1.25
_PRIOR = 0.5  # the root: frequent types come first, rare ones are still found
_CUE_COUNTS = 3
_TELLING = 0.2  # a feature with less weight leads nowhere


@dataclass(frozen=True)
class Suggestion:
    """A type of act, how likely (0 to 1 among all types), and the typed words that led there."""

    code: str
    share: float
    words: tuple[str, ...]  # as typed, heaviest first, three at most


class Model:
    """Counts of features by type of act; made by `train` or `from_json`, never changed after."""

    def __init__(
        self,
        lexicon: Lexicon,
        samples: Mapping[str, int],
        counts: Mapping[str, Mapping[str, int]],
    ) -> None:
        """Keep the counts and sum them up.

        :param samples: texts seen, by code
        :param counts: feature → code → in how many texts
        """
        self._lexicon, self._samples = lexicon, samples
        # In a fixed order, since sums of floats depend on it.
        self._counts = {key: dict(sorted(counts[key].items())) for key in sorted(counts)}
        self._codes = tuple(sorted(samples))
        sizes = dict.fromkeys(self._codes, 0.0)
        for by_code in self._counts.values():
            for code, count in by_code.items():
                sizes[code] += _damped(count)
        self._sizes = sizes
        self._families: dict[str, float] = defaultdict(float)
        self._members: dict[str, list[tuple[int, str]]] = {}
        for position, (code, size) in enumerate(sizes.items()):
            self._families[_family(code)] += size
            self._members.setdefault(_family(code), []).append((position, code))
        self._everything = sum(sizes.values()) + _FLOOR * len(counts)
        self._unknown = tuple(self._of_unknown(code) for code in self._codes)
        self._leanings: dict[str, dict[int, float]] = {}  # filled as texts ask

    @property
    def samples(self) -> int:
        """How many texts it has learnt from."""
        return sum(self._samples.values())

    def suggest(
        self, typed: str, limit: int = 3, among: Collection[str] | None = None
    ) -> list[Suggestion]:
        """The likeliest types, likeliest first; [] for a text that is short or says nothing known.

        :param among: only these codes, of those it has learnt; None: all of them
        """
        wording = Wording.of(typed)
        if sum(1 for _pair in wording.pairs()) < LEAST_PAIRS:
            return []
        features = [f for f in wording.features(self._lexicon) if f.key in self._counts]
        shares = self._shares({feature.key for feature in features}, among)
        likeliest = sorted(shares, key=lambda code: (-shares[code], code))[:limit]
        return [
            Suggestion(code, shares[code], self._words(typed, features, code)) for code in likeliest
        ]

    def to_json(self) -> dict[str, Any]:
        """Everything it knows, for `from_json`; the same model gives the same text."""
        return {
            "format": FORMAT,
            "words": list(self._lexicon.words),
            "samples": dict(sorted(self._samples.items())),
            "counts": self._counts,
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Model":
        """The model that was written.

        :raises ValueError: when another version of the product wrote it
        """
        if content.get("format") != FORMAT:
            raise ValueError("a model of another format")
        return cls(Lexicon(content["words"]), content["samples"], content["counts"])

    def _shares(self, keys: set[str], among: Collection[str] | None) -> dict[str, float]:
        """The posterior of each code that is asked for; {} when no feature is known."""
        if not keys:
            return {}
        totals = [len(keys) * unknown for unknown in self._unknown]
        for key in sorted(keys):
            for position, weight in self._leaning(key).items():
                totals[position] += weight
        temper = _TEMPER / math.sqrt(len(keys))
        scores = {
            code: total * temper + _PRIOR * math.log1p(self._samples[code])
            for code, total in zip(self._codes, totals, strict=True)
            if among is None or code in among
        }
        best = max(scores.values(), default=0.0)
        parts = {code: math.exp(score - best) for code, score in scores.items()}
        whole = sum(parts.values())
        return {code: part / whole for code, part in parts.items()}

    def _of_unknown(self, code: str) -> float:
        """What a feature neither the type nor its family has seen says, in logarithms."""
        family = self._families[_family(code)]
        return math.log(_FAMILY_LEANS / (family + _FAMILY_LEANS)) + math.log(
            _TYPE_LEANS / (self._sizes[code] + _TYPE_LEANS)
        )

    def _leaning(self, key: str) -> dict[int, float]:
        """How much it speaks for each type of the families that know it, on top of `_unknown`."""
        known = self._leanings.get(key)
        if known is None:
            known = self._leanings[key] = self._weighed(self._counts[key])
        return known

    def _weighed(self, by_code: Mapping[str, int]) -> dict[int, float]:
        damped = {code: _damped(count) for code, count in by_code.items()}
        base = (sum(damped.values()) + _FLOOR) / self._everything
        families: dict[str, float] = defaultdict(float)
        for code, count in damped.items():
            families[_family(code)] += count
        weights = {}
        for family, count in families.items():
            leant = count + _FAMILY_LEANS * base
            in_family = leant / (self._families[family] + _FAMILY_LEANS)
            of_all = math.log(leant / (_FAMILY_LEANS * base))
            for position, code in self._members[family]:
                own = damped.get(code, 0.0) / (_TYPE_LEANS * in_family)
                weights[position] = of_all + math.log1p(own)
        return weights

    def _words(self, typed: str, features: list[Feature], code: str) -> tuple[str, ...]:
        position = self._codes.index(code)
        weighed = []
        for feature in features:
            weight = self._unknown[position] + self._leaning(feature.key).get(position, 0.0)
            if weight > _TELLING:
                weighed.append((feature.start, feature.end, weight))
        return stretches(typed, weighed)


def train(
    samples: Iterable[tuple[str, str]],
    *,
    cues: Mapping[str, Iterable[str]] | None = None,
    cases: Iterable[tuple[str, str]] = (),
) -> Model:
    """A model of these texts; the same texts give the same model.

    :param samples: code and text, of what everybody may read
    :param cues: by code, words that point to it; they are found as a whole
    :param cases: code and text, of what not everybody may read: read once, and only features that
        stand in three of them, in the samples or in the cues are kept
    """
    cues = {code: list(words) for code, words in (cues or {}).items()}
    lexicon = Lexicon(word for words in cues.values() for word in words)
    public = _Tally(lexicon)
    for code, typed in samples:
        public.add(code, typed)
    for code, words in cues.items():
        for word in words:
            public.add(code, word, counts_as_text=False)
            public.more(code, lexicon.key(word), _CUE_COUNTS - 1)
    private = _Tally(lexicon)
    for code, typed in cases:
        private.add(code, typed)
    public.take(private, least=LEAST_SEEN)
    return Model(lexicon, public.texts, public.counts)


class _Tally:
    """In how many texts of each code a feature stands."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.texts: Counter[str] = Counter()
        self.counts: dict[str, dict[str, int]] = {}

    def add(self, code: str, typed: str, *, counts_as_text: bool = True) -> None:
        self.texts[code] += counts_as_text
        for key in {feature.key for feature in Wording.of(typed).features(self._lexicon)}:
            self.more(code, key, 1)

    def more(self, code: str, key: str, count: int) -> None:
        by_code = self.counts.setdefault(key, {})
        by_code[code] = by_code.get(code, 0) + count

    def take(self, other: "_Tally", *, least: int) -> None:
        """The other's counts are added; what is new here must stand in so many of its texts."""
        self.texts.update(other.texts)
        for key, by_code in other.counts.items():
            if key in self.counts or sum(by_code.values()) >= least:
                for code, count in by_code.items():
                    self.more(code, key, count)


def _damped(count: int) -> float:
    """What has been seen often says less each time, so that the taxonomy's few sentences still
    weigh beside hundreds of cases.
    """
    return math.log2(1 + count)


def _family(code: str) -> str:
    return code[:2]
