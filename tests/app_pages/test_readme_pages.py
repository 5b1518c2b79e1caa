"""The README names only what exists: pages, commands of the data module, make targets, documents."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app_pages import discover
from data.cli import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_pages_are_found_in_their_order() -> None:
    cards = [module.PAGE for module in discover()]
    assert [card.title for card in cards] == ["Overview", "Map", "Data", "Help", "Precision"]
    assert [card.path for card in cards] == ["overview", "map", "data", "help", "precision"]
    assert [card.order for card in cards] == sorted({card.order for card in cards})


def test_every_page_is_documented() -> None:
    for module in discover():
        assert f"**{module.PAGE.title}**" in README, f"the README does not say what {module.PAGE.title} is"
        assert callable(module.render)


def test_pages_stay_short() -> None:
    for module in discover():
        assert len(Path(module.__file__).read_text("utf-8").splitlines()) <= 120


def commands() -> list[str]:
    named = re.findall(r"python -m data ([a-z |]+)", README)
    return sorted({word.split()[0] for group in named for word in group.split("|")})


def test_the_readme_names_the_command_that_loads() -> None:
    assert "ingest" in commands()


@pytest.mark.parametrize("command", commands())
def test_every_command_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"python -m data {command}" in capsys.readouterr().out


def test_modules_that_are_run_exist() -> None:
    texts = [README, (ROOT / "Makefile").read_text("utf-8"), (ROOT / "CONTRIBUTING.md").read_text("utf-8")]
    named = {name for text in texts for name in re.findall(r"-m ((?:data|bench)(?:\.\w+)*)", text)}
    assert "data" in named
    for name in named:
        folder = ROOT / Path(*name.split("."))
        assert folder.with_suffix(".py").is_file() or (folder / "__main__.py").is_file(), f"python -m {name}"


def test_every_document_and_folder_that_is_linked_is_there() -> None:
    linked = re.findall(r"\]\(([^)#]+)\)", README) + re.findall(r"^\| `([a-z_]+/)`", README, re.MULTILINE)
    assert len(linked) > 8
    for path in linked:
        assert (ROOT / path).exists(), path


@pytest.mark.slow
def test_python_m_data_runs() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "data", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "ingest" in shown.stdout
