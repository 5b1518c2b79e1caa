"""The direction of imports, and what may not be imported at all (docs/design.md, "Folders")."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Each part and what of ours it may import besides itself.
MAY_IMPORT = {
    "geo": set(),
    "data": {"geo"},
    "stats": {"geo"},
    "layers": {"geo"},
    "export": {"geo", "stats", "layers", "data"},
    "app_pages": {"geo", "stats", "layers", "data", "export"},
    "app": {"geo", "stats", "layers", "data", "export", "app_pages"},
}
OURS = {*MAY_IMPORT, "bench", "tests"}
MAY_IMPORT_STREAMLIT = {"app", "app_pages"}
UNPICKLERS = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
UNPICKLING_CALLS = {"read_pickle", "to_pickle", "allow_pickle"}
NETWORK = {"socket", "ssl", "http", "ftplib", "smtplib", "urllib3", "requests", "httpx", "aiohttp", "urllib.request"}
MAY_IMPORT_NETWORK = ("data/sources/",)
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc"}
NOT_OURS = {".git", ".venv", ".tocsin", "node_modules", "__pycache__"}
NOT_A_PAGE = {"__init__.py", "desk.py"}  # the desk is a page's whole world, not a page
PAGE_LINES = 120


def files(part: str) -> list[Path]:
    """Python files of a folder or of a module at the root."""
    single = ROOT / f"{part}.py"
    return [single] if single.exists() else sorted((ROOT / part).rglob("*.py"))


def imported(file: Path, source: str) -> Iterator[tuple[int, str]]:
    """Yield line and full dotted name of everything that a file imports."""
    package = file.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            origin = [*base, *([node.module] if node.module else [])]
            if origin:
                yield node.lineno, ".".join(origin)
            yield from ((node.lineno, ".".join([*origin, alias.name])) for alias in node.names if alias.name != "*")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"import_module", "importlib.import_module"}:
            yield from ((node.lineno, a.value) for a in node.args if isinstance(a, ast.Constant) and a.value)


def is_within(name: str, modules: set[str]) -> bool:
    """Tell whether a dotted name is one of the modules or lies inside one."""
    return any(name == module or name.startswith(f"{module}.") for module in modules)


def faults(file: Path, source: str) -> list[str]:
    """Every import of a file that the design forbids, as "place: what"."""
    place = file.relative_to(ROOT)
    part = place.parts[0].removesuffix(".py")
    found = []
    for line, name in imported(file, source):
        top = name.split(".")[0]
        if part in MAY_IMPORT and top in OURS - MAY_IMPORT[part] - {part}:
            found.append(f"{place}:{line}: {part} may not import {name}")
        if part in MAY_IMPORT and part not in MAY_IMPORT_STREAMLIT and top == "streamlit":
            found.append(f"{place}:{line}: only app.py and app_pages import streamlit")
        if top in UNPICKLERS:
            found.append(f"{place}:{line}: {name} runs what it reads; write Parquet, Arrow or JSON")
        if part in MAY_IMPORT and is_within(name, NETWORK) and not place.as_posix().startswith(MAY_IMPORT_NETWORK):
            found.append(f"{place}:{line}: {name} reaches the network; only data/sources may")
        if part == "app_pages" and top in {"numpy", "pandas"}:
            found.append(f"{place}:{line}: a page does no arithmetic; move it to stats or data")
    if part in MAY_IMPORT:
        calls = unpickling(ast.parse(source))
        found += [f"{place}:{line}: {name} runs what it reads; write Parquet, Arrow or JSON" for line, name in calls]
    return sorted(set(found))


def unpickling(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything in a file that reads or writes pickles through another library."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in UNPICKLING_CALLS:
            yield node.lineno, node.attr
        elif isinstance(node, ast.keyword) and node.arg in UNPICKLING_CALLS and ast.unparse(node.value) != "False":
            yield node.lineno, node.arg


ALL_FILES = [file for part in OURS for file in files(part)]


def test_imports_follow_the_design() -> None:
    found = [fault for file in ALL_FILES for fault in faults(file, file.read_text("utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("place", "source", "why"),
    [
        ("geo/x.py", "import data.store", "geo may not import data.store"),
        ("geo/x.py", "from layers import palette", "geo may not import layers"),
        ("stats/x.py", "def f():\n    from data import store", "stats may not import data"),
        ("layers/x.py", "from stats.rates import ratio", "layers may not import stats.rates"),
        ("layers/x.py", "import importlib\nimportlib.import_module('data.store')", "layers may not import data.store"),
        ("export/x.py", "import app_pages.desk", "export may not import app_pages.desk"),
        ("app_pages/x.py", "import app", "app_pages may not import app"),
        ("geo/x.py", "from bench import peers", "geo may not import bench"),
        ("layers/x.py", "import streamlit as st", "only app.py and app_pages import streamlit"),
        ("data/sources/x.py", "from ... import stats", "data may not import stats"),
        ("data/x.py", "from pickle import loads", "runs what it reads"),
        ("data/x.py", "import pandas as pd\npd.read_pickle('x')", "runs what it reads"),
        ("data/x.py", "import numpy as np\nnp.load('x', allow_pickle=True)", "runs what it reads"),
        ("stats/x.py", "from urllib import request", "reaches the network"),
        ("app_pages/x.py", "import numpy as np", "a page does no arithmetic"),
        ("app_pages/x.py", "from pandas import DataFrame", "a page does no arithmetic"),
    ],
)
def test_a_forbidden_import_is_seen(place: str, source: str, why: str) -> None:
    assert any(why in fault for fault in faults(ROOT / place, source))


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("geo/x.py", "from geo.errors import InvalidValue\nfrom . import cells\nimport numpy"),
        ("data/sources/x.py", "from geo import cells\nfrom data.events import Event\nimport urllib.request"),
        ("export/x.py", "import geo, stats, layers, data"),
        ("app_pages/x.py", "import streamlit\nfrom app_pages import desk\nimport export"),
        ("data/x.py", "import numpy as np\nnp.load('x', allow_pickle=False)\nfrom urllib.parse import urlsplit"),
    ],
)
def test_an_allowed_import_passes(place: str, source: str) -> None:
    assert not faults(ROOT / place, source)


@pytest.mark.parametrize("page", [f for f in files("app_pages") if f.name not in NOT_A_PAGE], ids=lambda f: f.name)
def test_a_page_is_short(page: Path) -> None:
    lines = len(page.read_text("utf-8").splitlines())
    assert lines <= PAGE_LINES, f"{page.name} has {lines} lines; a page reads like the flow in {PAGE_LINES}"


def test_every_name_says_something() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
        and (path.is_dir() or path.suffix == ".py")
        and path.stem.lower() in NAMES_THAT_SAY_NOTHING
    ]
    assert not found, f"call these by what they hold: {found}"


def test_what_the_product_imports_is_declared() -> None:
    """A fresh environment has only what pyproject.toml asks for."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {requirement.split(">=")[0].lower() for requirement in declared}
    distributions = packages_distributions()
    offline_builder = ROOT / "data" / "geodata" / "build.py"  # run by those who rebuild the boundaries, not by users
    found = {
        f"{file.relative_to(ROOT)}:{line}: {name}"
        for part in MAY_IMPORT
        for file in files(part)
        if file != offline_builder
        for line, name in imported(file, file.read_text("utf-8"))
        if (top := name.split(".")[0]) not in OURS | set(sys.stdlib_module_names)
        and not names & {distribution.lower() for distribution in distributions.get(top, [])}
    }
    assert not found, "not in [project] dependencies:\n" + "\n".join(sorted(found))
