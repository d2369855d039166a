"""A tenant's service account gets an identity in Azure by one line."""

from components.azure import Cluster, grants
from components.azure.identity import SIGN_IN
from components.tenancy import Tenant, TenantArgs
from policies.model import Resource
from policies.values import UNKNOWN
from tests import aks_clusters
from tests.recording import record

IDENTITY = "azure-native:managedidentity:UserAssignedIdentity::payments-api-api"
OTHER = "0b1f6471-1bf0-4dda-aec3-999999999999"
CUSTOM = "1c2d3e4f-0000-4000-8000-000000000001"
ELSEWHERE = f"/subscriptions/{OTHER}/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/invoices"


def recorded() -> dict[str, Resource]:
    granted = [aks_clusters.GRANT, f"{CUSTOM}@{ELSEWHERE}"]
    tenant = TenantArgs.model_validate(
        {
            "name": "payments",
            "owner": "payments-team",
            "namespaces": [
                {"name": "api", "identities": [{"serviceAccount": "api", "grants": granted}]},
                {"name": "web"},
            ],
        }
    )

    def program() -> None:
        cluster = Cluster("prod-azure", aks_clusters.args())
        Tenant(tenant, cluster.handle)

    return record(program)


def test_each_grant_is_one_role_for_the_one_identity_on_the_one_resource():
    resources = recorded()
    identity = resources[IDENTITY].urn
    roles = {
        each.props.plain["scope"]: each.props.plain
        for each in resources.values()
        if each.type == "azure-native:authorization:RoleAssignment" and each.parent == identity
    }
    vault = aks_clusters.GRANT.partition("@")[2]
    assert set(roles) == {f"/subscriptions/{aks_clusters.SUBSCRIPTION}/{vault}", ELSEWHERE}
    assert roles[ELSEWHERE]["roleDefinitionId"].endswith(f"/{CUSTOM}")
    assert {role["principalType"] for role in roles.values()} == {"ServicePrincipal"}


def test_the_identity_trusts_the_clusters_issuer_for_the_one_service_account_and_has_no_secret():
    resources = recorded()
    credential = resources["azure-native:managedidentity:FederatedIdentityCredential::payments-api-api"]
    assert credential.props.plain["subject"] == "system:serviceaccount:payments-api:api"
    assert credential.props.plain["audiences"] == ["api://AzureADTokenExchange"]
    cluster = resources["azure-native:containerservice:ManagedCluster::prod-azure"]
    assert credential.references["issuer"] == (cluster.urn,)


def test_the_account_is_made_without_a_token_of_kubernetes_and_says_who_it_is():
    account = recorded()["kubernetes:core/v1:ServiceAccount::payments-api-api"].props.plain
    assert account["automountServiceAccountToken"] is False
    assert account["metadata"]["annotations"] == {
        "azure.workload.identity/client-id": UNKNOWN,
        "azure.workload.identity/tenant-id": aks_clusters.TENANT,
    }


def test_only_the_namespace_with_an_identity_may_reach_entra_id():
    policies = {key: each for key, each in recorded().items() if key.endswith("-allow-sign-in")}
    assert list(policies) == ["kubernetes:networking.k8s.io/v1:NetworkPolicy::payments-api-allow-sign-in"]
    (policy,) = policies.values()
    doors = {
        (rule["to"][0]["ipBlock"]["cidr"], rule["ports"][0]["port"]) for rule in policy.props.plain["spec"]["egress"]
    }
    assert doors == set(SIGN_IN)


def test_no_role_that_is_refused_to_workloads_can_be_given_by_name():
    assert not set(grants.roles("refused")) & set(grants.roles("workloads"))
    assert not set(grants.roles("refused").values()) & set(grants.roles("workloads").values())
