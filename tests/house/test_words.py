"""Every word has its Japanese: enums have labels, the catalogue is complete and compiled."""

import ast
import enum
import re
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tracker import create_app

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tracker" / "translations"
CATALOGUE = FOLDER / "ja" / "LC_MESSAGES" / "messages.po"
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
# Enums nobody reads on screen: why they have no label.
NEVER_SHOWN = {
    "Permission": "read in code and in the matrix of tests",
    "RegionKind": "sorts the national list",
    "ItemKind": "the form and the page word issues and cases themselves",
    "Group": "decides which parts of a case are read; the page leaves out the others",
    "TickKind": "reading.remarks words the four headings itself",
    "CodeList": "names of lists; their answers are data in two languages",
    "DateProblem": "worded by i18n.date_problem",
    "ValueKind": "how a value of the town is written; its definition words it",
    "ColumnKind": "how the cells of a column are read",
    "Reason": "why a row is not taken; exchange.imports.reasons words each",
    "Key": "worded by its definition, settings.values.definitions",
    "Shows": "decides what is asked before an action is live; each kind words its own rule",
    "Over": "templates/accounts/over.html says each in sentences",
    "Level": "whether a personal detail is asked about or hidden at once",
}


def _modules():
    """What the application is made of: whatever `create_app` brings in."""
    assert create_app
    return [module for name, module in sorted(sys.modules.items()) if name.startswith("tracker.")]


def _enums():
    found = {}
    for module in _modules():
        for value in vars(module).values():
            is_enum = isinstance(value, type) and issubclass(value, enum.StrEnum)
            if is_enum and value.__module__.startswith("tracker."):
                found[value.__name__] = value
    return found


def _labels():
    """Enum name → dictionary of labels, for every …_LABELS of the product."""
    found = {}
    for module in _modules():
        for name, value in vars(module).items():
            if name.endswith("_LABELS"):
                found[type(next(iter(value))).__name__] = value
    return found


@pytest.mark.parametrize("name", sorted(_enums()))
def test_every_member_of_an_enum_has_a_label(name):
    if name in NEVER_SHOWN:
        assert name not in _labels(), f"{name} has labels now: take it out of NEVER_SHOWN"
        return
    assert name in _labels(), (
        f"write {name.upper()}_LABELS beside {name}, or say in NEVER_SHOWN why"
    )
    missing = set(_enums()[name]) - _labels()[name].keys()
    assert not missing, f"give a label to {missing}"


def _japanese():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ja")


def _written():
    """Every message of the code and the templates, as the product asks for it."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = set()
    for *_where, message, _comments, _context in extract_from_dir(
        str(ROOT), methods, options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        found.add(message)
    return found


def _is_ours(folder):
    path = Path(folder)
    return path == ROOT or path.relative_to(ROOT).parts[0] in {"tracker", "templates"}


def _ids(message):
    return (message,) if isinstance(message, str) else tuple(message)


def test_every_word_of_the_product_is_in_the_japanese_catalogue():
    catalogue = _japanese()
    missing = [m for m in sorted(_written(), key=str) if catalogue.get(_ids(m)[0]) is None]
    assert not missing, f"run the extraction again and translate: {missing}"


def test_no_word_is_looked_up_inside_a_formatted_text():
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "tracker").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text()))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS
    ]
    assert found == []  # the catalogue is collected without looking into them


def test_the_japanese_catalogue_is_complete_and_not_fuzzy():
    empty, fuzzy = [], []
    for message in _japanese():
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(said):
            empty.append(message.id)
        if message.id and message.fuzzy:
            fuzzy.append(message.id)
    assert not empty, f"translate: {empty}"
    assert not fuzzy, f"look at the guess and take the mark away: {fuzzy}"


def test_the_catalogue_holds_nothing_the_product_no_longer_says():
    written = {_ids(message)[0] for message in _written()}
    stale = [m.id for m in _japanese() if m.id and _ids(m.id)[0] not in written]
    assert not stale, f"take out of the catalogue: {stale}"


def test_both_languages_have_the_same_placeholders():
    for message in _japanese():
        if not message.id:
            continue
        wanted = set(PLACEHOLDER.findall(_ids(message.id)[-1]))
        for said in _ids(message.string):
            given = set(PLACEHOLDER.findall(said))
            assert given <= wanted, f"{message.id}: unknown {given - wanted}"
            assert wanted - given <= {"num"}, f"{message.id}: lost {wanted - given}"


def test_the_compiled_catalogue_is_the_written_one():
    catalogue = _japanese()
    compiled = CATALOGUE.with_suffix(".mo")
    assert compiled.exists(), "compile it: pybabel compile -d tracker/translations"
    with compiled.open("rb") as file:
        found = {_ids(m.id): _ids(m.string) for m in read_mo(file) if m.id}
    written = {_ids(m.id): _ids(m.string) for m in catalogue if m.id}
    assert found == written, "compile it again: pybabel compile -d tracker/translations"


def test_every_event_has_a_mail_in_both_languages():
    from tracker.notifications.models import Event

    wanted = {f"{event}.{lang}.txt" for event in Event for lang in ("ja", "en")}
    present = {path.name for path in (ROOT / "templates" / "mail").iterdir()}
    assert wanted <= present, f"write templates/mail/: {sorted(wanted - present)}"


def test_every_verb_of_the_audit_log_has_words():
    from tracker.accounts.roles import Permission
    from tracker.privacy import labels

    permissions = {permission.value for permission in Permission}
    pattern = re.compile(r'"((' + "|".join(labels.THINGS) + r')\.([a-z_]+))"')
    bare = {
        verb
        for path in (ROOT / "tracker").rglob("*.py")
        for verb, _thing, done in pattern.findall(path.read_text("utf-8"))
        if verb not in permissions | {"mail.failed"} and done not in labels.DONE  # the server's log
    }
    assert not bare, f"the log shows these as they stand in the code: privacy/labels.py: {bare}"
