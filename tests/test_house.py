"""The outside of the house: settings, pins, commands, words."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from streamlit import config as streamlit_config

from tests.conftest import Chromium

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
STREAMLIT = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)(?: ; (.+?))? \\$")
STATIC_KINDS = {".woff2", ".svg", ".js", ".css", ".pmtiles", ".json", ".txt", ".map"}
TEXT_KINDS = {".py", ".md", ".toml", ".txt", ".yml", ".yaml", ".ts", ".js", ".json", ".cfg", ".sh", ""}
FOREIGN_TO_THE_TREE = re.compile(
    r"/wor[k]/|/tm[p]/|pypi[.]org|pythonhosted[.]org|registry[.]npmjs[.]org|proxy[.]golang[.]org"
)
NOT_OURS = re.compile(r"^(\..*_cache|\.git|\.venv.*|\.tocsin|\.hypothesis|__pycache__|node_modules)$")


def pins(lock: str) -> dict[str, str]:
    """Package -> version; a package pinned twice has an environment marker on each row."""
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    return {match[1]: match[2] for line in lines if (match := PIN.match(line))}


def version(text: str) -> tuple[int, ...]:
    """Read the leading numbers of a version."""
    return tuple(int(number) for number in re.findall(r"\d+", text)[:3])


def make_targets() -> set[str]:
    """Targets that the Makefile names."""
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("server", "address", "localhost"),
        ("server", "allowedHosts", ["localhost", "127.0.0.1"]),
        ("server", "headless", True),
        ("server", "showEmailPrompt", False),
        ("server", "enableAgentApi", False),
        ("server", "enableCORS", True),
        ("server", "enableXsrfProtection", True),
        ("server", "enableStaticServing", True),
        ("server", "maxUploadSize", 200),
        ("server", "fileWatcherType", "none"),
        ("browser", "gatherUsageStats", False),
        ("client", "showErrorDetails", "none"),
        ("client", "showErrorLinks", False),
        ("client", "toolbarMode", "minimal"),
        ("theme", "base", "light"),
        ("theme", "primaryColor", "#0A5A7A"),
        ("theme", "textColor", "#1B1F24"),
        ("theme", "backgroundColor", "#FFFFFF"),
        ("theme", "secondaryBackgroundColor", "#F4F5F7"),
        ("theme", "borderColor", "#D5DAE1"),
    ],
)
def test_streamlit_is_set(section: str, option: str, value: object) -> None:
    assert STREAMLIT[section][option] == value


def test_streamlit_knows_every_setting() -> None:
    """A misspelt or withdrawn setting is ignored with a log line only."""
    known = set(streamlit_config.get_config_options())
    ours = {f"{section}.{option}" for section, options in STREAMLIT.items() for option in options}
    assert ours <= known


def test_fonts_are_served_from_here() -> None:
    faces = STREAMLIT["theme"]["fontFaces"]
    assert faces
    for face in faces:
        assert face["url"].startswith("app/static/")
        font = ROOT / face["url"].removeprefix("app/")
        assert font.read_bytes()[:4] == b"wOF2", f"{font.name} is not a WOFF2 file"
    assert "SIL OPEN FONT LICENSE" in (ROOT / "static" / "fonts" / "OFL.txt").read_text("utf-8")
    assert "://" not in (ROOT / ".streamlit" / "config.toml").read_text("utf-8")


def test_static_holds_only_what_browsers_load() -> None:
    strange = [f for f in (ROOT / "static").rglob("*") if f.is_file() and f.suffix not in STATIC_KINDS]
    assert not strange, "static/ is open to every browser"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line and not line.startswith(("#", "-r "))]
    assert len(requirements) > 10
    for requirement in requirements:
        assert re.match(r"^[a-z0-9][a-z0-9._-]*==\S+ ", requirement), f"not pinned: {requirement[:60]}"
        assert "--hash=sha256:" in requirement, f"no hash: {requirement[:60]}"
    assert not re.search(
        r"^\s*(-i|--index-url|--extra-index-url|-f|--find-links|--trusted-host)\b|://", text, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.txt", PYPROJECT["project"]["dependencies"]),
        ("requirements-dev.txt", PYPROJECT["dependency-groups"]["dev"]),
    ],
)
def test_pins_meet_the_floors(lock: str, wanted: list[str]) -> None:
    pinned = pins(lock)
    for requirement in wanted:
        name, floor = requirement.split(">=")
        assert name in pinned, f"{name} is not in {lock}: run `make lock`"
        assert version(pinned[name]) >= version(floor), f"{lock} pins {name} below its floor: run `make lock`"


def test_locks_agree() -> None:
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    assert (ROOT / "requirements-dev.txt").read_text("utf-8").startswith("-r requirements.txt\n")
    assert {name: run[name] for name in run.keys() & dev} == {name: dev[name] for name in run.keys() & dev}


def test_readme_names_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    code = re.findall(r"^(?: {4}|\t)?(?:\$ )?make(?: +([a-z-]+))?", readme, re.MULTILINE)
    named = {target for target in [*code, *re.findall(r"`make ([a-z-]+)", readme)] if target}
    assert {"run", "test"} <= named, "the README gives `make run` and `make test`"
    assert named <= make_targets()


def test_ci_runs_what_the_readme_says() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^for target in lint types test; do$", script, re.MULTILINE)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111, ".ci/run must be executable"


def test_every_phony_target_is_listed() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    phony = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split())
    assert phony == make_targets()
    assert phony - {"chromium"} == set(re.findall(r"^  make ([a-z-]+)", listed, re.MULTILINE))


def test_changelog_knows_the_version() -> None:
    assert f"## [{PYPROJECT['project']['version']}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_no_place_of_one_machine_and_no_package_host() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in ROOT.rglob("*")
        if path.is_file() and path.suffix in TEXT_KINDS and not any(map(NOT_OURS.match, path.relative_to(ROOT).parts))
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if FOREIGN_TO_THE_TREE.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.browser
def test_the_browser_is_watched(chromium: Chromium) -> None:
    """What other tests trust: another host is closed and noted, and so are errors; this machine is not."""
    watched = chromium.new_context(width=360, height=640)
    page = watched.new_page()
    page.goto("data:text/html,<title>here</title>")
    page.wait_for_timeout(50)
    assert (watched.foreign, watched.errors) == ([], [])
    reached = page.evaluate("fetch('http://elsewhere.example/x').then(() => true, () => false)")
    page.evaluate("console.error('said'); setTimeout(() => { throw new Error('thrown') }, 0)")
    page.wait_for_timeout(200)
    assert not reached
    assert watched.foreign == ["http://elsewhere.example/x"]
    assert {"said", "thrown"} <= set(watched.errors)


@pytest.mark.browser
def test_the_browser_draws_webgl(chromium: Chromium) -> None:
    page = chromium.new_context().new_page()
    assert page.evaluate("Boolean(document.createElement('canvas').getContext('webgl2'))")


def test_a_store_of_its_own(home: Path) -> None:
    assert os.environ["TOCSIN_HOME"] == str(home)
    assert not list(home.iterdir())
