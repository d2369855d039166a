"""The tenants of this repository's own environments open what they declare, and nothing else."""

from preview import reachability
from preview.collect import recordings
from preview.program import Recording


def test_no_environment_holds_a_surprise_and_the_declared_flows_are_open():
    recorded = recordings(["local", "local-tenants"])
    for name, each in recorded.items():
        assert isinstance(each, Recording)
        found = reachability.of(each.resources)
        assert found.endpoints, name
        assert (found.surprises, found.not_known) == ((), ())
    local = recorded["local"]
    assert isinstance(local, Recording)
    opened = {
        (str(link.sources[0]), str(link.targets[0]), str(link.ports)) for link in reachability.of(local.resources).links
    }
    assert ("payments-web/pods app=web", "payments-api/pods app=api", "TCP/8443") in opened


def test_a_flow_that_its_policy_no_longer_opens_is_a_surprise():
    (each,) = recordings(["local"]).values()
    assert isinstance(each, Recording)
    without = [
        one for one in each.resources if "allow-to-payments-api" not in one.name and "allow-to-api" not in one.name
    ]
    assert len(without) < len(each.resources)
    assert [str(one.difference) for one in reachability.of(without).surprises] == ["declared but not open"]
