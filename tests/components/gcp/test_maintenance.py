"""Windows and freezes in the words of GKE."""

import datetime

import pytest

from components.gcp import maintenance
from components.upgrades import Upgrades, Window

RELEASED, SUPPORT_ENDS = datetime.date(2026, 6, 9), datetime.date(2027, 8, 9)


@pytest.mark.parametrize(
    ("day", "starts", "rule"),
    [("monday", "2026-01-05", "MO"), ("wednesday", "2026-01-07", "WE"), ("sunday", "2026-01-11", "SU")],
)
def test_the_first_window_lies_on_the_day_that_it_is_repeated_on(day, starts, rule):
    window = maintenance.recurrence(Window.model_validate({"day": day, "start": "22:30", "hours": 6}))
    assert window.start == f"{starts}T22:30:00Z"
    assert window.rule == f"FREQ=WEEKLY;BYDAY={rule}"
    assert datetime.date.fromisoformat(starts).strftime("%a")[:2].upper() == rule


def test_a_window_may_end_on_the_next_day():
    window = maintenance.recurrence(Window.model_validate({"day": "sunday", "start": "22:00", "hours": 6}))
    assert window.end == "2026-01-12T04:00:00Z"


def test_a_freeze_lasts_until_the_end_of_its_last_day():
    freeze = {"from": "2099-12-14", "to": "2100-01-04", "reason": "the busiest weeks"}
    (exclusion,) = maintenance.exclusions(Upgrades.model_validate({"freezes": [freeze]}), RELEASED, SUPPORT_ENDS)
    assert (exclusion.start, exclusion.end) == ("2099-12-14T00:00:00Z", "2100-01-05T00:00:00Z")
    assert exclusion.scope == "NO_UPGRADES"


def test_a_held_version_takes_patches_and_no_minor_until_its_support_ends():
    (exclusion,) = maintenance.exclusions(Upgrades(version="1.36"), RELEASED, SUPPORT_ENDS)
    assert (exclusion.end, exclusion.scope) == ("2027-08-09T00:00:00Z", "NO_MINOR_UPGRADES")


@pytest.mark.parametrize(
    ("last", "hours", "refused"), [("2099-01-20", 6, 0), ("2099-03-10", 6, 1), ("2099-03-10", 24, 0)]
)
def test_freezes_leave_the_hours_that_gke_asks_for(last, hours, refused):
    freeze = {"from": "2099-01-01", "to": last, "reason": "the busiest weeks"}
    upgrades = Upgrades.model_validate({"freezes": [freeze], "window": {"hours": hours}})
    assert len(list(maintenance.problems(upgrades))) == refused
