"""How good the suggested types of act are, on sentences no training has seen."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from tracker.cases.suggesting import learn, shipped_types
from tracker.cases.suggestion import Model

SENTENCES = Path(__file__).with_name("suggestions.csv")
TOP = 3


@dataclass(frozen=True)
class Scores:
    """Shares, 0 to 1, of sentences whose type came first, or among the first three."""

    top1: float
    top3: float
    n: int
    claimed: float  # mean share the model gave its first; near `top1` when it is honest
    by_family: dict[str, tuple[float, int]]  # family → top3, sentences; in order of the code


def sentences() -> list[tuple[str, str]]:
    """Text and type of every sentence of the test set."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [(line["text"], line["act_type"]) for line in csv.DictReader(file)]


def measure(model: Model | None = None) -> Scores:
    """The scores of a model; of one trained from the taxonomy alone when none is given."""
    model = model or learn(shipped_types())
    firsts, hits, claimed = 0, defaultdict(list), 0.0
    asked = sentences()
    for text, code in asked:
        found = model.suggest(text, TOP)
        codes = [suggestion.code for suggestion in found]
        firsts += codes[:1] == [code]
        hits[code[:2]].append(code in codes)
        claimed += found[0].share if found else 0.0
    return Scores(
        top1=firsts / len(asked),
        top3=sum(map(sum, hits.values())) / len(asked),
        n=len(asked),
        claimed=claimed / len(asked),
        by_family={name: (sum(hit) / len(hit), len(hit)) for name, hit in sorted(hits.items())},
    )


def report() -> list[str]:
    """The scores as lines to print."""
    scores = measure()
    head = (
        f"suggested type of act, {scores.n} sentences never trained on:"
        f" first {scores.top1:.3f}, among three {scores.top3:.3f},"
        f" share claimed for the first {scores.claimed:.3f}"
    )
    weak = [(name, hit, n) for name, (hit, n) in scores.by_family.items() if hit < 1]
    return [head, *(f"  {name}: {hit:.2f} of {n}" for name, hit, n in weak)]


if __name__ == "__main__":
    print("\n".join(report()))  # noqa: T201 - it is a command
