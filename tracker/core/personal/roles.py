"""Words that stand where a name may stand and are none: 長女, 利用者, 民生委員, 商店."""

import re

from tracker.core.personal.words import WORDS

_LONGEST = 12
_ENDS = WORDS["role ends"]
_WHOLE = WORDS["roles"]
_INNER = re.compile("|".join(sorted(WORDS["roles before names"], key=len, reverse=True)))
_LIKENESS = WORDS["likeness"]
_KATAKANA_ENDS = frozenset(word for word in WORDS["katakana roles"] if len(word) > 2)
_KATAKANA_WHOLE = WORDS["katakana roles"]
_KATAKANA_INNER = re.compile(
    "|".join(sorted(WORDS["katakana roles before names"], key=len, reverse=True))
)
_HIRAGANA = WORDS["hiragana roles"]


def without_roles(run: str) -> str:
    """What follows the last role in a run of kanji: 山田 of 長女山田; "" when the run is a role."""
    if run in _WHOLE or _ends_with(run, _ENDS):
        return ""
    return _after(run, _INNER)


def without_katakana_roles(run: str) -> str:
    """The same for a run of katakana: ヤマダ of ヘルパーヤマダ."""
    if run in _KATAKANA_WHOLE or _ends_with(run, _KATAKANA_ENDS):
        return ""
    return _after(run, _KATAKANA_INNER)


def is_hiragana_role(run: str) -> bool:
    """True for おかあ, たく and other words before さん that name nobody."""
    return run in _HIRAGANA or (len(run) > 3 and run.endswith(("や", "がかり", "しゃ", "いん")))


def is_likeness(run: str) -> bool:
    """True when 様 after this run means "like" and is no form of address."""
    return _ends_with(run, _LIKENESS)


def _ends_with(run: str, words: frozenset[str]) -> bool:
    return any(run[-length:] in words for length in range(1, min(_LONGEST, len(run)) + 1))


def _after(run: str, role: re.Pattern[str]) -> str:
    place = 0
    for found in role.finditer(run):
        place = found.end()
    return run[place:]
