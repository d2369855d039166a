"""What the pack makes of what the engine tells it."""

from pulumi_policy import PolicyResource, PolicyResourceOptions

from policies import pack


def told(type_: str, name: str, **referred: list[PolicyResource]) -> PolicyResource:
    options = PolicyResourceOptions(
        protect=False,
        ignore_changes=[],
        delete_before_replace=None,
        aliases=[],
        custom_timeouts=None,  # pyright: ignore[reportArgumentType] - unused here
        additional_secret_outputs=[],
    )
    urn = f"urn:pulumi:test::p::{type_}::{name}"
    return PolicyResource(type_, {"a": "b"}, urn, name, options, None, None, [], dict(referred))


def test_what_a_property_is_made_of_reaches_the_controls() -> None:
    network = told("azure-native:network:VirtualNetwork", "network")
    log = told("azure-native:network:FlowLog", "log", targetResourceId=[network], storageId=[])
    assert pack.resource_of(log, {}).references == {"targetResourceId": (network.urn,)}
    assert pack.resource_of(network, {}).references == {}


def test_of_a_whole_stack_the_controls_see_what_was_declared_and_not_what_the_provider_filled_in() -> None:
    window = told("azure-native:containerservice:MaintenanceConfiguration", "window")
    assert pack.resource_of(window, {"configName": "default"}).props.plain == {"configName": "default"}
    assert pack.resource_of(window, None).props.plain == {"a": "b"}, "outputs are all that is known of it"
