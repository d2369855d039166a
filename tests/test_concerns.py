"""The table of concerns names only what is there, and no concern has an empty cell."""

import re
from pathlib import Path

from policies.catalogue import all_controls

ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "concerns.md").read_text()
CONCERNS = 23
"""As many as the table is asked to answer."""


def rows() -> list[list[str]]:
    lines = [line for line in TABLE.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_every_concern_has_a_component_a_control_and_a_proof() -> None:
    assert len(rows()) == CONCERNS
    for row in rows():
        assert len(row) == 4, row
        assert all(row), row


def test_every_file_that_is_named_exists() -> None:
    for concern, component, _, proof in rows():
        files = re.findall(r"`([a-z_/]+\.(?:py|yaml))`", f"{component} {proof}")
        assert files, concern
        for file in files:
            assert (ROOT / file).exists(), f"{concern}: {file}"


def test_every_control_that_is_named_is_in_the_catalogue() -> None:
    known = {control.id for control in all_controls()}
    for concern, _, controls, _ in rows():
        assert set(re.findall(r"`([a-z0-9-]+)`", controls)) <= known, concern
