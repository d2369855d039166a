"""Which versions are supported, by the tables of the clouds."""

import datetime

import pytest

from components import clock
from policies.releases import is_supported


@pytest.fixture(autouse=True)
def _today(monkeypatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: datetime.date(2026, 11, 24))


@pytest.mark.parametrize(("cloud", "version"), [("azure", "1.36"), ("azure", "1.36.4"), ("aws", "1.36")])
def test_a_version_of_the_table_is_supported_until_its_last_day(cloud: str, version: str) -> None:
    assert is_supported(cloud, version)


def test_a_version_whose_support_has_ended_needs_the_extended_one() -> None:
    assert not is_supported("azure", "1.33")
    assert is_supported("azure", "1.33", extended=True)


@pytest.mark.parametrize("version", ["1.9", "1.99", "1", "latest", ""])
def test_what_the_table_does_not_name_is_not_supported(version: str) -> None:
    assert not is_supported("azure", version)
    assert not is_supported("azure", version, extended=True)
