"""Nothing grows past what one can read: files, functions, tests."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE, FUNCTION, TEST_FILE, CONFTEST = 400, 50, 500, 150
# What may be longer, and why. Empty at birth.
EXCEPTIONS: dict[str, str] = {}


def _files():
    """Our Python files with their text; migrations are written by Alembic."""
    for path in (ROOT / "app.py", *sorted((ROOT / "tracker").rglob("*.py"))):
        if "versions" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def _tests():
    for path in sorted((ROOT / "tests").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def _too_long(files, most):
    lengths = {name: len(text.splitlines()) for name, text in files}
    return {name: n for name, n in lengths.items() if n > most and name not in EXCEPTIONS}


def test_no_file_is_longer_than_400_lines():
    long = _too_long(_files(), FILE)
    assert not long, f"find the noun that is missing and give it a file: {long}"


def test_no_test_file_is_longer_than_500_lines():
    long = _too_long(_tests(), TEST_FILE)
    assert not long, f"one file for each thing tested: {long}"


def test_conftest_stays_below_150_lines():
    long = _too_long((f for f in _tests() if f[0].endswith("conftest.py")), CONFTEST - 1)
    assert not long, f"make a module of tests for what is not a fixture for everybody: {long}"


def test_no_function_is_longer_than_50_lines():
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, text in (*_files(), *_tests())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= FUNCTION
        and f"{name}:{node.name}" not in EXCEPTIONS
    ]
    assert not long, f"name the steps and give each a function: {long}"


def test_every_exception_is_still_needed():
    known = {name for name, _text in (*_files(), *_tests())}
    gone = [name for name in EXCEPTIONS if name.partition(":")[0] not in known]
    assert not gone, f"take out of EXCEPTIONS: {gone}"


def test_no_room_is_called_utils():
    names = {"utils", "helpers", "common", "misc"}
    found = [name for name, _text in _files() if Path(name).stem in names]
    assert not found, f"call the file by what it does: {found}"
