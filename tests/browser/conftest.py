"""One browser, and the pages that it shows, for all tests of this folder."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from policies.evaluate import Report
from policies.model import Outcome
from preview.formats import Format, render
from preview.result import StackResult
from tests.browser import chromium
from tests.preview.formats import environments
from tests.preview.formats.environments import HOSTILE
from tests.preview.formats.results import change, result


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser that ends with the module: while its driver's event loop runs, no program can be recorded."""
    if chromium.executable() is None:
        pytest.skip(chromium.MISSING)
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="session")
def troubled(folder: Path) -> Path:
    return _written(folder / "troubled.html", environments.every_trouble())


@pytest.fixture(scope="session")
def changed(folder: Path) -> Path:
    return _written(folder / "changed.html", environments.changed())


@pytest.fixture(scope="session")
def hostile(folder: Path) -> Path:
    """Hostile names, also in a table that the script fills."""
    results = environments.hostile()
    failing = [each for each in results[0].report.verdicts if each.outcome is Outcome.FAIL]
    many = replace(results[0], report=Report(verdicts=tuple(failing[:3]) * 30, waiver_problems=()))
    told = result(change=change(HOSTILE, 30), name=HOSTILE)
    return _written(folder / "hostile.html", [many, *results, told])


@pytest.fixture(scope="session")
def large(folder: Path) -> Path:
    """1,000 namespaces, 9,000 resources, all of them new."""
    return _written(folder / "large.html", [environments.compared("large", None, environments.large(1000))])


def _written(file: Path, results: list[StackResult]) -> Path:
    file.write_text(render(Format.HTML, results), encoding="utf-8")
    return file
