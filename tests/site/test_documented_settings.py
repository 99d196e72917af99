"""The table of settings in docs/operating.md is what the program reads, no more and no less."""

import re
from pathlib import Path

import pytest

from integration_site.checks import LEAST
from integration_site.environment import BASE_DIR

NAME = re.compile(r"`([A-Z_]+)`")
READ = re.compile(
    r"""(?:env\.[a-z_]+|whole|address|limits|listed|secret|environ\.get)\(\s*"([A-Z_]+)\""""
)
READ_BY_THE_SHELL = re.compile(r"\$\{([A-Z_]+):-")


def rows() -> dict[str, str]:
    """What stands in the column of the least value, by the name."""
    text = (BASE_DIR / "docs" / "operating.md").read_text()
    chapter = text.split("\n## Settings\n")[1].split("\n## ")[0]
    found: dict[str, str] = {}
    for line in chapter.splitlines():
        if line.startswith("| `"):
            names, _, least, *_ = (cell.strip() for cell in line.strip("|").split("|"))
            found |= dict.fromkeys(NAME.findall(names), least)
    return found


def read() -> set[str]:
    found: set[str] = set()
    for folder in ("integration_site", "syncapp"):
        for path in (BASE_DIR / folder).rglob("*.py"):
            found |= set(READ.findall(path.read_text()))
    return found | set(READ_BY_THE_SHELL.findall(entrypoint().read_text()))


def entrypoint() -> Path:
    return BASE_DIR / "deploy" / "entrypoint"


def test_every_setting_that_is_read_is_documented() -> None:
    assert len(read()) > 40
    assert sorted(read() - set(rows())) == []


def test_every_setting_that_is_documented_is_read() -> None:
    assert sorted(set(rows()) - read()) == []


def test_every_bound_is_documented() -> None:
    assert set(LEAST) <= set(rows())


@pytest.mark.parametrize("name", sorted(rows()))
def test_the_least_value_that_is_documented_is_the_one_that_is_checked(name: str) -> None:
    least = rows()[name]

    assert least == (str(LEAST[name]) if name in LEAST else "-")
