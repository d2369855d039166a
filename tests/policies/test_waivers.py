"""The waivers' file: what is refused, and with which words."""

import datetime
import re
from pathlib import Path

import pytest

from components.errors import UserError
from policies import clock, waivers

TODAY = datetime.date(2026, 11, 24)
ENTRY = """\
waivers:
  - control: namespace-pod-security
    stack: local
    resource: kubernetes:core/v1:Namespace::shop-web
    reason: The vendor's agent needs it until release 7.
    owner: shop-team
    expires: 2027-01-31
"""


def load(tmp_path: Path, text: str):
    file = tmp_path / "waivers.yaml"
    file.write_text(text)
    return waivers.load(file, TODAY, ["local", "prod"])


def test_a_whole_waiver_is_read(tmp_path: Path) -> None:
    (waiver,) = load(tmp_path, ENTRY)
    assert (waiver.control, waiver.owner, waiver.expires) == (
        "namespace-pod-security",
        "shop-team",
        datetime.date(2027, 1, 31),
    )


def test_what_a_risk_register_asks_for_is_read_and_may_be_absent(tmp_path: Path) -> None:
    (bare,) = load(tmp_path, ENTRY)
    assert (bare.compensating, bare.review) == (None, None)
    more = "    compensating: The namespace has nodes of its own.\n    review: 2027-01-30\n"
    (whole,) = load(tmp_path, ENTRY + more)
    assert whole.compensating == "The namespace has nodes of its own."
    assert whole.review == datetime.date(2027, 1, 30)


def test_one_risk_that_several_controls_refuse_is_one_entry_and_a_waiver_for_each(tmp_path: Path) -> None:
    both = "[namespace-pod-security, namespace-owner]"
    text = ENTRY.replace("control: namespace-pod-security", f"control: {both}")
    found = load(tmp_path, re.sub(r"resource: .*", "resource: ['*::one', '*::two']", text))
    assert [(each.control, each.resource) for each in found] == [
        ("namespace-pod-security", "*::one"),
        ("namespace-pod-security", "*::two"),
        ("namespace-owner", "*::one"),
        ("namespace-owner", "*::two"),
    ]
    assert len({(each.reason, each.owner, each.expires) for each in found}) == 1


def test_what_is_wrong_with_an_entry_is_told_once_for_all_of_its_controls(tmp_path: Path) -> None:
    both = "[namespace-pod-security, namespace-owner]"
    text = ENTRY.replace("control: namespace-pod-security", f"control: {both}").replace("2027-01-31", "2027-06-01")
    with pytest.raises(UserError) as refused:
        load(tmp_path, text)
    assert str(refused.value).count("180 days ahead") == 1


def test_an_entry_without_any_control_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="control"):
        load(tmp_path, ENTRY.replace("control: namespace-pod-security", "control: []"))


def test_no_file_and_an_empty_list_mean_no_waiver(tmp_path: Path) -> None:
    assert waivers.load(tmp_path / "none.yaml", TODAY) == ()
    assert load(tmp_path, "waivers: []") == ()


def test_the_files_of_this_repository_are_valid() -> None:
    waivers.load(waivers.FILE, clock.today())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ENTRY.replace("2027-01-31", "2027-06-01"), "is more than 180 days ahead; 2027-05-23 is the latest day"),
        (ENTRY.replace("namespace-pod-security", "namespace-pod"), "'namespace-pod' is no control"),
        (ENTRY.replace("stack: local", "stack: prd"), "'prd' is about no stack; there are local, prod"),
        (ENTRY.replace("    owner: shop-team\n", ""), "waivers[0].owner: missing; who answers for the risk"),
        (ENTRY.replace("owner:", "ownr:"), 'unknown key; did you mean "owner"?'),
        (ENTRY.replace("The vendor's agent needs it until release 7.", "later"), "reason: 'later': "),
        (ENTRY.replace("2027-01-31", "never"), "waivers[0].expires: 'never': "),
        (ENTRY + "    review: 2027-01-31", "waivers[0].review: 2027-01-31 is not before the last day, 2027-01-31"),
        (ENTRY + "    review: soon", "waivers[0].review: 'soon': "),
        (ENTRY + "    compensating: none", "waivers[0].compensating: 'none': "),
        ("", "must hold the key 'waivers'"),
        ("- a", "must hold the key 'waivers'"),
        ("waivers: 3", "waivers: 3: "),
        ("waivers: [", "can't be read as YAML"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UserError) as raised:
        load(tmp_path, text)
    assert told in str(raised.value)
