"""A tenant's service account gets rights in the project by one line."""

from components.gcp import Cluster
from components.tenancy import Tenant, TenantArgs
from policies.model import Resource
from tests import gke_clusters
from tests.recording import record

MEMBER = (
    f"principal://iam.googleapis.com/projects/{gke_clusters.NUMBER}/locations/global/workloadIdentityPools/"
    f"{gke_clusters.PROJECT}.svc.id.goog/subject/ns/payments-api/sa/api"
)
GRANTS = {
    "roles/storage.objectViewer@buckets/invoices": ("gcp:storage/bucketIAMMember:BucketIAMMember", "bucket"),
    "roles/bigquery.dataViewer@datasets/sales": ("gcp:bigquery/datasetIamMember:DatasetIamMember", "datasetId"),
    "roles/secretmanager.secretAccessor@secrets/db": ("gcp:secretmanager/secretIamMember:SecretIamMember", "secretId"),
    "roles/pubsub.subscriber@subscriptions/paid": (
        "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember",
        "subscription",
    ),
    "roles/pubsub.publisher@topics/orders": ("gcp:pubsub/topicIAMMember:TopicIAMMember", "topic"),
    "roles/dns.admin@managedZones/shop": (
        "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
        "managedZone",
    ),
    "roles/cloudtrace.agent@project": ("gcp:projects/iAMMember:IAMMember", "project"),
}


def recorded() -> dict[str, Resource]:
    tenant = TenantArgs.model_validate(
        {
            "name": "payments",
            "owner": "payments-team",
            "namespaces": [
                {"name": "api", "identities": [{"serviceAccount": "api", "grants": list(GRANTS)}]},
                {"name": "web"},
            ],
        }
    )

    def program() -> None:
        cluster = Cluster("prod-gcp", gke_clusters.args())
        Tenant(tenant, cluster.handle)

    return record(program)


def test_each_grant_is_one_role_for_the_one_service_account_on_the_one_resource():
    granted = [each.props.plain for each in recorded().values() if each.props.plain.get("member") == MEMBER]
    assert len(granted) == len(GRANTS)
    of_types = {each.type: each.props.plain for each in recorded().values() if each.props.plain.get("member") == MEMBER}
    for text, (type_, key) in GRANTS.items():
        role, _, resource = text.partition("@")
        assert of_types[type_]["role"] == role
        assert of_types[type_][key] == (resource.partition("/")[2] or gke_clusters.PROJECT)


def test_no_account_of_google_stands_between_the_two():
    accounts = [each.name for each in recorded().values() if each.type == "gcp:serviceaccount/account:Account"]
    assert accounts == ["prod-gcp-nodes"]


def test_the_account_is_made_without_a_token_of_kubernetes_and_says_who_it_is():
    account = recorded()["kubernetes:core/v1:ServiceAccount::payments-api-api"].props.plain
    assert account["automountServiceAccountToken"] is False
    assert account["metadata"]["annotations"] == {"secureclusters.dev/identity": MEMBER}


def test_only_the_namespace_with_an_identity_may_reach_the_metadata_server():
    policies = {key: each for key, each in recorded().items() if key.endswith("-allow-sign-in")}
    assert list(policies) == ["kubernetes:networking.k8s.io/v1:NetworkPolicy::payments-api-allow-sign-in"]
    (policy,) = policies.values()
    doors = {
        (rule["to"][0]["ipBlock"]["cidr"], rule["ports"][0]["port"]) for rule in policy.props.plain["spec"]["egress"]
    }
    assert doors == {("169.254.169.254/32", 80), ("169.254.169.254/32", 8080)}
