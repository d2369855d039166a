"""Channels become versions by a dated table, and freezes hold them."""

import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from components import clock, cloud_upgrades
from components.cloud_upgrades import CLOUDS, of_cloud
from components.upgrades import Freeze, Releases, Upgrades

TODAY = datetime.date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def releases(**changes) -> Releases:
    table = {
        "read": "2026-11-20",
        "channels": {"rapid": 0, "regular": 60, "stable": 150},
        "releases": [
            {"version": "1.36", "released": "2026-11-01", "standardSupportEnds": "2028-01-01"},
            {"version": "1.35", "released": "2026-08-01", "standardSupportEnds": "2027-10-01"},
            {"version": "1.34", "released": "2026-04-01", "standardSupportEnds": "2027-06-01"},
            {"version": "1.33", "released": "2025-12-01", "standardSupportEnds": "2026-11-23"},
        ],
    }
    return Releases.model_validate({**table, **changes})


@pytest.mark.parametrize(("channel", "version"), [("rapid", "1.36"), ("regular", "1.35"), ("stable", "1.34")])
def test_a_channel_takes_a_release_when_it_is_old_enough(channel, version):
    assert releases().resolve(Upgrades.model_validate({"channel": channel}), TODAY).version == version


def test_the_channel_moves_with_the_table_and_not_with_the_calendar():
    upgrades = Upgrades.model_validate({"channel": "regular"})
    later = TODAY + datetime.timedelta(days=120)
    assert releases().resolve(upgrades, later).version == "1.35"
    assert releases(read="2027-01-20").resolve(upgrades, later).version == "1.36"


def test_a_freeze_holds_the_version_although_the_table_moves():
    freeze = {"from": "2026-11-10", "to": "2027-01-05", "reason": "the busiest weeks"}
    upgrades = Upgrades.model_validate({"channel": "regular", "freezes": [freeze]})
    table = releases(read="2027-01-03")
    assert table.resolve(upgrades, datetime.date(2027, 1, 4)).version == "1.35"
    assert table.resolve(upgrades, datetime.date(2027, 1, 6)).version == "1.36"


def test_a_pinned_version_is_held_and_must_be_supported():
    table = releases()
    assert table.resolve(Upgrades(version="1.34"), TODAY).version == "1.34"
    with pytest.raises(ValueError, match=r"1\.33 is not in standard support; supported: 1\.36, 1\.35, 1\.34"):
        table.resolve(Upgrades(version="1.33"), TODAY)


def test_a_release_out_of_support_is_never_chosen_however_stable():
    table = releases(channels={"rapid": 0, "regular": 60, "stable": 9999})
    assert table.resolve(Upgrades.model_validate({"channel": "stable"}), TODAY).version == "1.34"


def test_a_table_without_a_supported_release_asks_for_a_newer_one():
    with pytest.raises(ValueError, match="read on 2026-11-20, has no supported release; update it"):
        releases().resolve(Upgrades(), datetime.date(2030, 1, 1))


def test_the_table_is_newest_first():
    with pytest.raises(ValidationError, match="newest first"):
        releases(releases=list(reversed(releases().model_dump()["releases"])))


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2026-12-24", "2026-12-20", "ends before it begins"),
        ("2026-01-01", "2026-01-20", "lies in the past; remove it"),
        ("2026-12-01", "2027-04-01", "longer than 90 days"),
    ],
)
def test_a_freeze_that_makes_no_sense_is_refused(first, last, message):
    with pytest.raises(ValidationError, match=message):
        Freeze.model_validate({"from": first, "to": last, "reason": "the busiest weeks"})


@pytest.mark.parametrize(
    "window", [{"start": "25:00"}, {"start": "2:00"}, {"hours": 3}, {"hours": 25}, {"day": "Sonntag"}]
)
def test_a_window_that_no_cloud_takes_is_refused(window):
    with pytest.raises(ValidationError):
        Upgrades.model_validate({"window": window})


@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_cloud_says_what_it_makes_of_each_setting_and_that_nodes_come_last(cloud):
    known = of_cloud(cloud)
    assert all(text.endswith(".") for text in known.meanings.model_dump().values())
    assert known.steps[0].what == "control plane"
    assert known.steps[-1].happens.startswith("every node is replaced")


def test_every_folder_with_clusters_of_a_cloud_says_how_they_are_upgraded():
    made = {file.parent.name for file in Path(cloud_upgrades.__file__).parent.glob("*/versions.yaml")} - {"platform"}
    assert set(CLOUDS) == made
