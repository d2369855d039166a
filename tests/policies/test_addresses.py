"""Which ranges are too wide to name anybody."""

import pytest

from policies.addresses import is_too_wide


@pytest.mark.parametrize("text", ["0.0.0.0/0", "0.0.0.0/1", "203.0.0.0/8", "::/0", "2001::/16", "*", "Internet", ""])
def test_most_of_the_internet_is_too_wide(text: str) -> None:
    assert is_too_wide(text)


@pytest.mark.parametrize("text", ["203.0.113.0/24", "203.0.0.0/16", "203.0.113.7", "203.0.113.7/24", "2001:db8::/32"])
def test_what_an_organisation_owns_is_not(text: str) -> None:
    assert not is_too_wide(text)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "172.16.0.0/12", "fd00::/8"])
def test_a_private_range_is_nobodys_on_the_internet(text: str) -> None:
    assert not is_too_wide(text)
