"""What hosts, zones and servers for the edge cannot be: refused at once, with what to do, and without a secret."""

from typing import Any

import pytest

from components import settings
from components.errors import UserError
from tests.edge_stacks import HOST, ZONES, namespace, stack


def refusal(given: dict[str, Any]) -> str:
    with pytest.raises(UserError) as told:
        settings.load(given, "test")
    return str(told.value)


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
