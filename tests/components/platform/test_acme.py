"""Certificates for the edge: which issuer solves for which host, with which rights, and what is refused at once."""

import json
from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.platform import cert_manager
from policies.model import Resource
from tests.edge_stacks import CLUSTERS, HOST, SERVER, ZONES, namespace, stack
from tests.platform_stacks import ROOTS
from tests.recording import record

CERT = "kubernetes:cert-manager.io/v1"
ISSUER = f"{CERT}:ClusterIssuer::edge-shop-web"
ACCOUNT = ("platform-certificates", "cert-manager")


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No chart is there, so that only what the services make themselves is registered."""
    monkeypatch.setenv("SECURE_CLUSTERS_CACHE", str(tmp_path))
    monkeypatch.setenv("SECURE_CLUSTERS_OFFLINE", "1")


def registered(given: dict[str, Any]) -> dict[str, Resource]:
    def program() -> None:
        deploy(settings.load(given, "test"))

    return record(program)


def issuer(found: dict[str, Resource], key: str = ISSUER) -> dict[str, Any]:
    return dict(found[key].props.plain["spec"]["acme"])


@pytest.mark.parametrize("kind", CLUSTERS)
def test_a_namespace_has_an_issuer_for_its_own_hosts_and_a_certificate_from_it(kind: str) -> None:
    found = registered(stack(kind))
    made = issuer(found)
    assert made["server"] == SERVER
    assert made["privateKeySecretRef"] == {"name": "edge-shop-web"}
    assert [each["selector"] for each in made["solvers"]] == [{"dnsNames": [HOST]}]
    assert all(set(each) == {"selector", "dns01"} for each in made["solvers"])
    spec = found[f"{CERT}:Certificate::shop-web-web-edge"].props.plain["spec"]
    assert spec["issuerRef"] == {"name": "edge-shop-web", "kind": "ClusterIssuer", "group": "cert-manager.io"}
    assert spec["dnsNames"] == [HOST]
    assert spec["privateKey"] == {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"}
    assert spec["secretName"] == "web-edge"


@pytest.mark.parametrize(
    ("kind", "solver"),
    [
        ("eks", {"route53": {"hostedZoneID": "Z0123456789ABC"}}),
        (
            "aks",
            {
                "azureDNS": {
                    "subscriptionID": ZONES["aks"]["subscription"],
                    "resourceGroupName": "dns",
                    "hostedZoneName": "example.com",
                }
            },
        ),
        ("gke", {"cloudDNS": {"project": "example-prod", "hostedZoneName": "example-com"}}),
        (
            "existing",
            {
                "rfc2136": {
                    "nameserver": "10.8.0.53:53",
                    "protocol": "TCP",
                    "tsigKeyName": "secure-clusters",
                    "tsigAlgorithm": "HMACSHA256",
                    "tsigSecretSecretRef": {"name": "zone-key", "key": "key"},
                }
            },
        ),
    ],
)
def test_a_clouds_zone_is_written_without_a_credential_and_ones_own_by_a_key_that_is_named(
    kind: str, solver: dict[str, Any]
) -> None:
    assert issuer(registered(stack(kind)))["solvers"][0]["dns01"] == solver


def test_each_namespace_has_an_account_of_its_own_and_no_issuer_has_anothers_hosts() -> None:
    found = registered(stack("eks", namespace("web", HOST), namespace("api", "api.example.com")))
    hosts = {
        key.rpartition("::")[2]: [
            name for each in issuer(found, key)["solvers"] for name in each["selector"]["dnsNames"]
        ]
        for key in found
        if key.startswith(f"{CERT}:ClusterIssuer::edge-")
    }
    assert hosts == {"edge-shop-web": [HOST], "edge-shop-api": ["api.example.com"]}
    accounts = {issuer(found, f"{CERT}:ClusterIssuer::{name}")["privateKeySecretRef"]["name"] for name in hosts}
    assert accounts == set(hosts)


def test_a_host_is_shown_in_the_nearest_zone_that_it_lies_in() -> None:
    inner = {**ZONES["eks"], "name": "eu.example.com", "hostedZone": "Z0INNER"}
    given = stack("eks", namespace("web", HOST, "shop.eu.example.com", "eu.example.com"), zones=[ZONES["eks"], inner])
    solved = {
        each["dns01"]["route53"]["hostedZoneID"]: each["selector"]["dnsNames"]
        for each in issuer(registered(given))["solvers"]
    }
    assert solved == {"Z0123456789ABC": [HOST], "Z0INNER": ["eu.example.com", "shop.eu.example.com"]}


def test_a_server_of_ones_own_is_known_by_its_authority_and_accounts_are_bound_by_a_secrets_name() -> None:
    binding = {"keyId": "stack-1", "secret": "acme-binding"}
    more = {"roots": ROOTS, "email": "tls@example.com", "profile": "shortlived", "accountBinding": binding}
    made = issuer(registered(stack("eks", **more)))
    assert set(made) == {
        "server",
        "caBundle",
        "email",
        "profile",
        "externalAccountBinding",
        "privateKeySecretRef",
        "solvers",
    }
    assert made["externalAccountBinding"] == {
        "keyID": "stack-1",
        "keySecretRef": {"name": "acme-binding", "key": "key"},
    }
    assert made["profile"] == "shortlived"
    assert "skipTLSVerify" not in made


def test_a_stack_without_the_edge_has_neither_issuer_nor_list() -> None:
    given = stack("existing", {"name": "web"})
    given["platform"]["tls"] = {}
    assert not [key for key in registered(given) if "ClusterIssuer::edge-" in key]
    assert "edgeHosts" not in settings.load(given, "test").lists


def test_on_eks_the_role_changes_challenges_of_the_zone_and_no_other_record() -> None:
    found = registered(stack("eks"))
    key = "aws:iam/rolePolicy:RolePolicy::prod-aws-platform-certificates-cert-manager-acme-challenges"
    change, waits = json.loads(found[key].props.plain["policy"])["Statement"]
    assert change["Action"] == ["route53:ChangeResourceRecordSets"]
    assert change["Resource"] == ["arn:aws:route53:::hostedzone/Z0123456789ABC"]
    prefix = "route53:ChangeResourceRecordSets"
    assert change["Condition"]["ForAllValues:StringLike"] == {f"{prefix}NormalizedRecordNames": ["_acme-challenge.*"]}
    assert change["Condition"]["ForAllValues:StringEquals"][f"{prefix}RecordTypes"] == ["TXT"]
    assert set(change["Condition"]["Null"].values()) == {"false"}, "a request without names is no request for none"
    assert waits["Action"] == ["route53:GetChange"]
    attached = [each for each in found if each.startswith("aws:iam/rolePolicyAttachment:") and "cert-manager" in each]
    assert attached == []


def test_on_aks_and_gke_the_role_is_on_the_zone() -> None:
    zone = f"/subscriptions/{ZONES['aks']['subscription']}/resourceGroups/dns/providers/Microsoft.Network/dnsZones/"
    assigned = [
        each.props.plain
        for key, each in registered(stack("aks")).items()
        if key.startswith("azure-native:authorization:RoleAssignment::platform-certificates-cert-manager")
    ]
    assert [each["scope"] for each in assigned] == [f"{zone}example.com"]
    members = [
        each.props.plain
        for key, each in registered(stack("gke")).items()
        if key.startswith("gcp:dns/dnsManagedZoneIamMember:")
    ]
    assert [(each["managedZone"], each["role"]) for each in members] == [("example-com", "roles/dns.admin")]
    own = {**ZONES["gke"], "role": "projects/example-prod/roles/acmeChallenges"}
    (narrow,) = [
        each.props.plain
        for key, each in registered(stack("gke", zones=[own])).items()
        if key.startswith("gcp:dns/dnsManagedZoneIamMember:")
    ]
    assert narrow["role"] == own["role"]


@pytest.mark.parametrize("kind", CLUSTERS)
def test_cert_manager_has_one_account_with_that_right_and_none_where_there_is_no_cloud(kind: str) -> None:
    accounts = [
        (each.props.plain["metadata"]["namespace"], each.props.plain["metadata"]["name"])
        for key, each in registered(stack(kind)).items()
        if key.startswith("kubernetes:core/v1:ServiceAccount::platform-certificates")
    ]
    assert accounts == ([] if kind == "existing" else [ACCOUNT])


def test_the_controller_alone_reaches_the_server_the_zone_and_the_resolvers() -> None:
    server = [{"cidr": "10.7.0.0/28"}]
    found = registered(stack("existing", networks=server, port=9000, resolvers=["10.6.0.53"]))
    egress = {
        rule["to"][0]["ipBlock"]["cidr"]: (
            sorted((port["protocol"], port["port"]) for port in rule["ports"]),
            each.props.plain["spec"]["podSelector"]["matchLabels"],
        )
        for key, each in found.items()
        if key.startswith("kubernetes:networking.k8s.io/v1:NetworkPolicy::platform-certificates-allow-to")
        for rule in each.props.plain["spec"]["egress"]
        if rule["to"][0]["ipBlock"]["cidr"] != "10.0.0.0/28"
    }
    of_controller = dict(cert_manager.CONTROLLER)
    assert egress == {
        "10.7.0.0/28": ([("TCP", 9000)], of_controller),
        "10.8.0.53/32": ([("TCP", 53), ("UDP", 53)], of_controller),
        "10.6.0.53/32": ([("TCP", 53), ("UDP", 53)], of_controller),
    }


def test_the_controls_hear_of_the_declared_hosts_here_and_in_the_cluster() -> None:
    given = stack("existing", namespace("web", HOST), namespace("api", "api.example.com"))
    assert settings.load(given, "test").lists["edgeHosts"] == (f"shop-web/{HOST}", "shop-api/api.example.com")
    policy = registered(given)[
        "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy::"
        "admission-secure-clusters-workload-objects-mandatory"
    ]
    (parameters,) = [each for each in policy.props.plain["spec"]["variables"] if each["name"] == "params"]
    assert f'"edgeHosts": "shop-web/{HOST},shop-api/api.example.com"' in parameters["expression"]


def test_a_certificate_of_the_edge_waits_for_nothing_outside() -> None:
    found = registered(stack("existing"))
    made = [found[f"{CERT}:Certificate::shop-web-web-edge"], found[ISSUER]]
    assert not [each for each in made if "pulumi.com/waitFor" in str(each.props.plain)]
