"""What a stack file can get wrong about a GKE cluster, and how it is told: one line each, before anything is made."""

from typing import Any

import pytest

from components import settings
from components.errors import UserError
from tests import eks_clusters, gke_clusters

NETWORK = gke_clusters.NETWORK
EXISTING = gke_clusters.EXISTING_NETWORK
PAST = {"from": "2026-01-01", "to": "2026-01-02", "reason": "the busiest weeks"}
WHOLE_SPRING = {"from": "2099-01-01", "to": "2099-03-31", "reason": "the busiest weeks"}
TENANT = {"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]}


def refused(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(UserError) as error:
        settings.load(raw, "stacks/Pulumi.test.yaml")
    return str(error.value).splitlines()[1:]


def message(stack: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """The lines of the error that a stack file with these changes gets, without its headline."""
    cluster = {"kind": "gke", **gke_clusters.settings(**changes)}
    return refused({"owner": "platform-team", "cluster": cluster, **(stack or {})})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"identifier": "a-name-that-is-far-too-long"}, "cluster.identifier"),
        ({"identifier": "1st"}, "cluster.identifier"),
        ({"project": "My Project"}, "cluster.project"),
        ({"projectNumber": 111122223333}, "cluster.projectNumber: 111122223333: allowed: a valid string"),
        ({"region": "europe-west3-a"}, "cluster.region"),
        ({"region": "Frankfurt"}, "cluster.region"),
        ({"zones": ["europe-west3-a", "europe-west3-b"]}, "zones: needs 3 different zones"),
        ({"zones": ["europe-west3-a"] * 3}, "zones: needs 3 different zones"),
        (
            {"zones": ["europe-west3-a", "europe-west3-b", "europe-west1-b"]},
            "the zone europe-west1-b is not in the region europe-west3",
        ),
        ({"network": {**NETWORK, "cidr": "10.42.0.1/20"}}, "cluster.network.cidr: '10.42.0.1/20': use an IPv4 network"),
        ({"network": {**NETWORK, "cidr": "8.8.0.0/20"}}, "use a private range"),
        ({"network": {**NETWORK, "cidr": "10.0.0.0/28"}}, "use a prefix between /16 and /26"),
        ({"network": {**NETWORK, "podCidr": "10.100.0.0/24"}}, "use a prefix between /9 and /21"),
        (
            {"network": {**NETWORK, "podCidr": "10.100.0.0/21"}, "nodePools": [{"name": "a", "largest": 9}]},
            "widen them",
        ),
        ({"network": {**NETWORK, "podCidr": "10.40.0.0/14"}}, "network.cidr 10.42.0.0/20 and network.podCidr"),
        ({"network": {"cidr": "10.0.0.0/20"}}, "cluster.network.kind: missing; allowed: existing, own"),
        ({"network": {**EXISTING, "network": "projects/p/global/networks/default"}}, "lets in SSH"),
        (
            {"network": {**EXISTING, "subnetwork": "projects/p/regions/europe-west1/subnetworks/nodes"}},
            "network.subnetwork is not in the region europe-west3",
        ),
        ({"serviceCidr": "10.100.0.0/20"}, "network.podCidr 10.100.0.0/14 and serviceCidr 10.100.0.0/20 overlap"),
        ({"serviceCidr": "172.20.0.0/12"}, "did you mean 172.16.0.0/12"),
        ({"serviceCidr": "172.16.0.0/12"}, "needs a prefix between /16 and /27"),
        ({"upgrades": {"version": "1.20"}}, "Kubernetes 1.20 is not in standard support; supported: 1."),
        ({"upgrades": {"freezes": [PAST]}}, "lies in the past; remove it"),
        ({"upgrades": {"freezes": [WHOLE_SPRING]}}, "leave less than 48 hours of windows in the 92 days"),
        ({"nodePools": [{"name": "a", "machineType": "large"}]}, "use a machine type of Compute Engine"),
        (
            {"nodePools": [{"name": "a", "machineType": "e2-standard-4"}]},
            "whose memory sev does not encrypt; use one of",
        ),
        ({"confidential": "tdx", "nodePools": [{"name": "a"}]}, "whose memory tdx does not encrypt; use one of c3"),
        ({"nodePools": [{"name": "a", "smallest": 5, "largest": 2}]}, "largest size below its smallest"),
        ({"nodePools": [{"name": "a"}, {"name": "a"}]}, "the name 'a' stands twice"),
        ({"nodePools": [{"name": "a", "isolation": "gvisor"}]}, "every node pool has the isolation gvisor"),
        ({"mode": "autopilot", "nodePools": [{"name": "a"}]}, "nodePools belongs to the mode standard"),
        ({"breakGlass": []}, "cluster.breakGlass: needs at least 1 entry"),
        ({"breakGlass": ["user:jane@example.org"]}, "people and service accounts are no groups"),
        ({"breakGlass": ["break-glass@example.org"]}, "name a Google group: group:<name>@<domain>"),
        ({"breakGlass": ["group:break glass"]}, "name a Google group: group:<name>@<domain>"),
        ({"breakGlass": [gke_clusters.DEPLOYER]}, "people and service accounts are no groups"),
        ({"deployer": "user:jane@example.org"}, "name the account of the pipeline"),
        (
            {"deployer": "serviceAccount:111122223333-compute@developer.gserviceaccount.com"},
            "this is a default account, which every machine of the project has",
        ),
        ({"securityGroup": "all@example.org"}, "GKE takes one name only: gke-security-groups@<domain>"),
        ({"access": [{"group": gke_clusters.BREAK_GLASS}]}, "has access already"),
        ({"access": [{"group": "user:jane@example.org"}]}, "people and service accounts are no groups"),
        ({"endpoint": {"access": "public"}}, "publicCidrs is empty"),
        ({"endpoint": {"access": "public", "publicCidrs": ["0.0.0.0/0"]}}, "0.0.0.0/0 is the whole internet"),
        ({"endpoint": {"publicCidrs": ["192.0.2.0/24"]}}, "publicCidrs is for a public endpoint only"),
        ({"endpoint": {"access": "dns", "privateCidrs": ["10.43.0.0/24"]}}, "with access dns there is none"),
        ({"endpoint": {"privateCidrs": ["0.0.0.0/0"]}}, "0.0.0.0/0 is every network that is joined to this one"),
        ({"endpoint": {"reachableThrough": "internet"}}, "reachableThrough is internet, but access is private"),
        ({"endpoint": {"reachableThrough": "ssm-tunnel"}}, "ssm-tunnel, which AWS has"),
        ({"registry": {"repositories": ["payments/web"]}}, "registry.repositories"),
        ({"registry": {"attestors": ["built-by-ci"]}}, "registry.attestors"),
        ({"backup": {"keepDays": 10, "lockedDays": 20}}, "lockedDays is longer than keepDays"),
        ({"detection": {"logRetentionDays": 30}}, "logRetentionDays"),
        ({"labels": {"team": "Platform Team"}}, "labels"),
        ({"labels": {"Cost Centre": "17"}}, "labels"),
        ({"breakGlas": []}, 'unknown key; did you mean "breakGlass"?'),
    ],
)
def test_bad_input_gets_one_line_that_says_what_to_do(changes, told):
    lines = message(**changes)
    assert len(lines) == 1, lines
    assert told in lines[0]


def test_all_that_is_wrong_is_told_at_once():
    assert len(message(project=3, region="Europe", breakGlass=[], nodePools=[{"name": "A"}])) == 4


def test_a_name_instead_of_an_address_is_of_gke_alone():
    (line,) = refused(
        {"owner": "platform-team", "cluster": {"kind": "eks", **eks_clusters.settings(endpoint={"access": "dns"})}}
    )
    assert "access is dns, which this cloud doesn't have; choose private or public" in line


def test_what_lies_inside_waits_until_the_api_server_can_be_reached():
    (line,) = message({"tenants": [TENANT]}, endpoint={})
    assert "tenants lies inside the cluster, whose API server nothing reaches yet" in line


def test_a_flow_to_the_range_of_the_pods_is_told_since_it_would_open_every_pod():
    flow = {"from": {"namespace": "web", "pods": {"app": "web"}}, "to": {"cidr": "10.0.0.0/8"}, "ports": [443]}
    lines = message({"tenants": [{**TENANT, "allow": [flow]}]})
    assert any("opens the cluster's own pods network 10.100.0.0/14" in line for line in lines)


@pytest.mark.parametrize(
    ("grant", "told"),
    [
        ("roles/storage.objectViewer", "write <role>@<resource>"),
        ("objectViewer@buckets/invoices", "write <role>@<resource>"),
        ("roles/owner@project", "gives a pod the project"),
        ("roles/iam.serviceAccountTokenCreator@project", "lets it become somebody else"),
        ("roles/compute.admin@instances/a", "a role is granted on project, or on buckets/<name>"),
        ("roles/storage.objectViewer@buckets/No Bucket", "'No Bucket' is no name among buckets"),
        ("roles/storage.objectViewer@buckets/", "'' is no name among buckets"),
    ],
)
def test_a_grant_that_is_none_or_gives_all_away_is_refused(grant, told):
    identity = {"serviceAccount": "api", "grants": [grant]}
    (line,) = message({"tenants": [{**TENANT, "namespaces": [{"name": "web", "identities": [identity]}]}]})
    assert "tenant 'shop', namespace 'web': identities" in line
    assert told in line
