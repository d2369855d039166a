"""Certificates for the edge: which issuer solves for which host, with which rights, and what is refused at once."""

import json
from typing import Any

import pytest

from components import settings
from components.environment import deploy
from components.errors import UserError
from components.platform import cert_manager
from components.platform.acme import EdgeArgs
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


def refusal(given: dict[str, Any]) -> str:
    with pytest.raises(UserError) as told:
        settings.load(given, "test")
    return str(told.value)


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


@pytest.mark.parametrize(
    ("hosts", "told"),
    [
        (["shop.example.org"], "lies in none of the zones example.com"),
        (["notexample.com"], "lies in none of the zones example.com"),
        (["*.example.com"], "the key of a wildcard is that of every host below it"),
        (["203.0.113.7"], "an address is somebody else's tomorrow"),
        (["api.shop-web.svc"], "is a name inside the cluster"),
        (["api.shop-web.svc.cluster.local"], "is a name inside the cluster"),
        (["Shop.example.com"], "use a DNS name in lower case"),
        (["shop"], "use a DNS name in lower case"),
        ([HOST, HOST], f"the host '{HOST}' stands twice"),
        ([], "needs at least 1 entry"),
    ],
)
def test_a_host_that_cannot_be_had_is_refused_with_what_to_do(hosts: list[str], told: str) -> None:
    assert told in refusal(stack("existing", namespace("web", *hosts)))


def test_a_host_of_two_namespaces_is_refused_and_so_is_a_name_of_two_certificates() -> None:
    twice = refusal(stack("existing", namespace("web", HOST), namespace("api", HOST)))
    assert f"shop-api: the host '{HOST}' belongs to shop-web already" in twice
    both = {**namespace("web", HOST), "certificates": [{"name": "web-edge", "services": ["web"]}]}
    assert "'web-edge' is for Services and for hosts; rename one" in refusal(stack("existing", both))


def test_a_host_in_the_clusters_own_domain_is_refused() -> None:
    given = stack("existing", namespace("web", "web.prod.example.com"))
    given["platform"]["tls"]["clusterDomain"] = "prod.example.com"
    assert "'web.prod.example.com' is a name inside the cluster" in refusal(given)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"server": "http://acme.example/directory"}, "server"),
        ({"server": "https://user@acme.example/directory"}, "server"),
        ({"networks": []}, "networks"),
        ({"zones": []}, "zones"),
        ({"zones": [ZONES["existing"], ZONES["existing"]]}, "the zone 'example.com' stands twice"),
        ({"zones": [{**ZONES["existing"], "nameserver": "ns.example.com"}]}, "use an address such as 10.0.0.53"),
        ({"zones": [{**ZONES["existing"], "algorithm": "HMACMD5"}]}, "algorithm"),
        ({"zones": [{**ZONES["existing"], "key": "c2VjcmV0"}]}, "zones"),
        ({"zones": [{**ZONES["eks"], "secretAccessKey": "c2VjcmV0"}]}, "zones"),
        ({"roots": "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n"}, "holds a private key"),
        ({"accountBinding": {"keyId": "x", "secret": "y", "key": "c2VjcmV0"}}, "accountBinding"),
        ({"solvers": [{"http01": {}}]}, "solvers"),
        ({"resolvers": ["dns.example.com"]}, "use an address such as 10.0.0.53"),
    ],
)
def test_what_the_edge_cannot_be_is_refused_and_no_secret_is_shown(changes: dict[str, Any], told: str) -> None:
    text = refusal(stack("existing", **changes))
    assert told in text
    assert "c2VjcmV0" not in text


@pytest.mark.parametrize(("zone", "kind"), [("eks", "aks"), ("aks", "gke"), ("gke", "eks"), ("eks", "existing")])
def test_a_zone_of_a_cloud_is_refused_in_a_cluster_that_has_no_role_there(zone: str, kind: str) -> None:
    text = refusal(stack(kind, zones=[ZONES[zone]]))
    assert f"platform.tls.edge: a zone of the kind {ZONES[zone]['kind']} needs a cluster of kind {zone}" in text


def test_a_zone_in_another_project_is_refused() -> None:
    text = refusal(stack("gke", zones=[{**ZONES["gke"], "project": "example-dns"}]))
    assert "lies in the project example-dns, where the toolkit gives no rights" in text


def test_certificates_for_the_edge_are_refused_where_there_is_none() -> None:
    given = stack("existing")
    given["platform"]["tls"] = {}
    assert "shop-web: edgeCertificates need platform.tls.edge in this stack" in refusal(given)
    tenants = {"owner": "shop-team", "scope": "tenants", "clusterStack": "o/p/s", "tenants": given["tenants"]}
    assert "shop-web: edgeCertificates need platform.tls.edge in this stack" in refusal(tenants)


def test_the_list_of_hosts_is_never_given() -> None:
    given = stack("existing")
    given["admission"]["parameters"] = {"edgeHosts": ["shop-web/bank.example.com"]}
    assert "edgeHosts is made of the edgeCertificates" in refusal(given)


def values(*, acme: cert_manager.Acme | None) -> list[str]:
    made = cert_manager.release("x", authorities="y", signers=(), memory="256Mi", kubernetes="1.37", acme=acme)
    return list(made.values["extraArgs"])


def test_controllers_for_acme_run_where_there_is_an_edge_and_ask_the_clusters_dns_alone() -> None:
    assert values(acme=None) == ["--controllers=*,-challenges,-orders,-ingress-shim,-gateway-shim"]
    given = stack("existing", resolvers=["10.6.0.53", "fd00::53"])["platform"]["tls"]["edge"]
    edge = EdgeArgs.model_validate(given)
    on = values(acme=cert_manager.Acme(arguments=edge.arguments, has_account=False))
    assert on == [
        "--controllers=*,-ingress-shim,-gateway-shim",
        "--dns01-recursive-nameservers-only",
        "--dns01-recursive-nameservers=10.6.0.53:53,[fd00::53]:53",
    ]


def test_nothing_is_made_in_a_tenants_namespace_to_show_a_host() -> None:
    rules = [
        {"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["get", "list", "watch", "create", "delete"]},
        {"apiGroups": ["networking.k8s.io"], "resources": ["ingresses"], "verbs": ["list", "create", "update"]},
        {"apiGroups": ["gateway.networking.k8s.io"], "resources": ["httproutes"], "verbs": ["create"]},
        {"apiGroups": ["route.openshift.io"], "resources": ["routes/custom-host"], "verbs": ["create"]},
        {"apiGroups": ["acme.cert-manager.io"], "resources": ["challenges"], "verbs": ["get", "update"]},
        {"apiGroups": [""], "resources": ["secrets"], "verbs": ["get", "list", "watch"]},
    ]
    role = {"kind": "ClusterRole", "metadata": {"name": "cert-manager-controller-challenges"}, "rules": rules}
    acme = cert_manager.Acme(arguments=(), has_account=False)
    kept = cert_manager.adjusted(role, acme=acme)
    assert kept is not None
    assert [(rule["resources"], rule["verbs"]) for rule in kept["rules"]] == [
        (["pods", "services"], ["get", "list", "watch"]),
        (["ingresses"], ["get", "list", "watch"]),
        (["challenges"], ["get", "update"]),
    ]
    assert cert_manager.adjusted(role) is None


def test_the_platforms_account_stands_for_the_controllers_alone() -> None:
    acme = cert_manager.Acme(arguments=(), has_account=True)
    account = {"kind": "ServiceAccount", "metadata": {"name": "cert-manager"}}
    webhook = {"kind": "ServiceAccount", "metadata": {"name": "cert-manager-webhook"}}
    assert cert_manager.adjusted(account, acme=acme) is None
    assert cert_manager.adjusted(webhook, acme=acme) == webhook
    assert cert_manager.adjusted(account) == account
    container = {"name": "x", "livenessProbe": {"httpGet": {}}}
    pod = {"metadata": {"labels": {"app": "x"}}, "spec": {"containers": [container]}}
    program = {"kind": "Deployment", "metadata": {"name": "cert-manager"}, "spec": {"template": pod}}
    made = cert_manager.adjusted(program, acme=acme)
    assert made is not None
    assert made["spec"]["template"]["metadata"]["labels"]["azure.workload.identity/use"] == "true"
    assert made["spec"]["template"]["spec"]["containers"][0]["readinessProbe"] == {"httpGet": {}}


def test_a_certificate_of_the_edge_waits_for_nothing_outside() -> None:
    found = registered(stack("existing"))
    made = [found[f"{CERT}:Certificate::shop-web-web-edge"], found[ISSUER]]
    assert not [each for each in made if "pulumi.com/waitFor" in str(each.props.plain)]
