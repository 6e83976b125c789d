"""Imports go downwards, nothing is fetched from elsewhere, and roles stay in policies."""

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tracker.accounts.roles import Role

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "static" / "vendor"
NAMESPACES = ("http://www.w3.org/",)  # names of vocabularies, fetched by nobody
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z0-9.-]+[^\s\"'`)]*", re.IGNORECASE)
CONDITION = re.compile(r"{%-?\s*(?:el)?if\b(.*?)%}|{{(?:(?!}}).)*?\bif\b(.*?)}}", re.DOTALL)
ROLE_NAME = re.compile(
    r"\bRole\b|\bis_role\b|\bas_role\b|[\"'](" + "|".join(role.value for role in Role) + r")[\"']"
)


def test_imports_go_downwards_only():
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run(
        [program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, f"{run.stdout[-3000:]}{run.stderr[-1000:]}"


ROOMS = {"models", "policy", "queries", "service", "forms", "routes"}


def test_the_contract_of_the_rooms_holds_for_every_feature():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    listed = {name for c in contracts if c["name"].startswith("Rooms") for name in c["containers"]}
    several = {
        ".".join(package.relative_to(ROOT).parts)
        for package in (path.parent for path in (ROOT / "tracker").rglob("__init__.py"))
        if len(ROOMS & {path.stem for path in package.glob("*.py")}) > 1
    }
    missing = sorted(several - listed - {"tracker.core"})
    assert not missing, f"add to the containers of Rooms in pyproject.toml: {missing}"


def _ours(*folders):
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and VENDOR not in path.parents and path.suffix != ".png":
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def test_templates_and_static_files_fetch_nothing_from_elsewhere():
    found = [
        f"{name}: {address}"
        for name, text in _ours("templates", "static")
        for address in ADDRESS.findall(text)
        if not address.startswith(NAMESPACES)
    ]
    assert not found, f"vendor it (static/vendor/VENDOR.md) or leave it out: {found}"


def _vendored():
    """File → sha256, from the table of VENDOR.md."""
    table = (VENDOR / "VENDOR.md").read_text("utf-8")
    return dict(re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|", table, re.MULTILINE))


def test_vendored_files_are_the_published_ones():
    for name, digest in _vendored().items():
        found = hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()
        assert found == digest, f"{name} is not what VENDOR.md says: {found}"


def test_every_vendored_file_is_listed_and_has_its_licence():
    files = [path for path in VENDOR.rglob("*") if path.is_file() and path.name != "VENDOR.md"]
    listed = {path.relative_to(VENDOR).as_posix() for path in files if path.name != "LICENSE"}
    assert listed == _vendored().keys(), "give each file its line in VENDOR.md"
    bare = [name for name in listed if not (VENDOR / name).with_name("LICENSE").exists()]
    assert not bare, f"put the LICENSE beside {bare}"


@pytest.mark.parametrize(
    ("name", "text"),
    [pytest.param(*found, id=found[0]) for found in _ours("templates") if ".html" in found[0]],
)
def test_no_template_asks_for_a_role(name, text):
    asked = [" ".join(m).strip() for m in CONDITION.findall(text) if ROLE_NAME.search(" ".join(m))]
    assert not asked, f"{name}: ask a policy, can_…, or a permission instead of {asked}"


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "tracker").rglob("*routes.py")),
    ids=lambda path: path.relative_to(ROOT / "tracker").as_posix(),
)
def test_no_route_asks_for_a_role(path):
    asked = [
        f"line {node.lineno}: {ast.unparse(node.test)}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, (ast.If, ast.IfExp, ast.While))
        and ROLE_NAME.search(ast.unparse(node.test))
    ]
    assert not asked, f"{path.relative_to(ROOT)}: ask a policy or a permission: {asked}"
