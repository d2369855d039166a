"""An environment that is there on one side alone."""

from components.errors import UserError
from preview.change import compare, snapshot
from preview.change.model import Change, Presence
from preview.exit_code import ExitCode
from preview.result import StackResult, failed
from tests.preview.formats.environments import bound, closed, in_days, result, waiver

CHANGE = Change(ref="main", commit="0123456789")


def removed(before: StackResult) -> Change:
    end = waiver("workload-no-host-namespaces", expires=in_days(90))
    gone = compare.removed(snapshot.of(before, [end], ["test"], "00" * 32), CHANGE).change
    assert gone is not None
    return gone


def test_what_an_environment_gave_goes_with_it() -> None:
    anne = {"kind": "User", "name": "anne"}
    change = removed(result("gone", [*closed("a"), bound("cluster-admin", None, anne)]))
    assert (change.presence, change.problem) == (Presence.REMOVED, None)
    assert {each.action.value for each in change.resources} == {"removed"}
    assert [each.subject for each in change.lost] == ["User anne"]
    assert {each.before for each in change.better} == {"fail"}
    assert (change.worse, change.opened, change.gained) == ((), (), ())


def test_a_waiver_outlives_the_environment_that_it_is_for() -> None:
    assert removed(result("gone", closed("a"))).waivers == ()


def test_an_environment_that_could_not_be_previewed_is_removed_and_nothing_else_is_known() -> None:
    change = removed(failed("gone", UserError("secure-clusters:owner: missing"), ExitCode.BAD_CONFIGURATION))
    assert change == Change(ref="main", commit="0123456789", presence=Presence.REMOVED)
