"""What ACME changes of cert-manager's chart: its arguments, its roles, its account."""

from components.platform import cert_manager
from components.platform.acme import EdgeArgs
from tests.edge_stacks import stack


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
