"""Pure: what stands in braces in a template, and what is put in its place."""

import re
from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

PLACEHOLDERS: dict[str, LazyString] = {
    "number": _l("the number of the case"),
    "type": _l("the type of the act"),
    "area": _l("the area"),
    "resource": _l("a resource that serves this type and area"),
}
_BRACES = re.compile(r"[{｛]\s*([^{}｛｝]*?)\s*[}｝]")


def unknown(text: str) -> list[str]:
    """What stands in braces and can be filled by nothing, each once, in order."""
    found = (match[1] for match in _BRACES.finditer(text))
    return list(dict.fromkeys(name for name in found if name not in PLACEHOLDERS))


def filled(text: str, words: Mapping[str, str]) -> str:
    """The text with these words in the place of the braces; a brace without a word stays."""
    return _BRACES.sub(lambda match: words.get(match[1]) or match[0], text)
