"""A tenant's service account gets a role in the account by one line."""

import json

from components.aws import Cluster
from components.tenancy import Tenant, TenantArgs
from policies.model import Resource
from tests import eks_clusters
from tests.recording import record

POLICY = f"arn:aws:iam::{eks_clusters.ACCOUNT}:policy/payments-api"
ISSUER = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"


def recorded(namespace: str = "api", **changes) -> dict[str, Resource]:
    tenant = TenantArgs.model_validate(
        {
            "name": "payments",
            "owner": "payments-team",
            "namespaces": [
                {"name": namespace, "identities": [{"serviceAccount": "api", "grants": [POLICY]}]},
                {"name": "web"},
            ],
        }
    )

    def program() -> None:
        cluster = Cluster("prod-aws", eks_clusters.args(**changes))
        Tenant(tenant, cluster.handle)

    return record(program)


def test_the_role_has_the_named_policy_and_belongs_to_one_service_account():
    resources = recorded()
    association = resources[
        "aws:eks/podIdentityAssociation:PodIdentityAssociation::prod-aws-payments-api-api"
    ].props.plain
    assert association["namespace"] == "payments-api"
    assert association["serviceAccount"] == "api"
    attached = [
        each.props.plain["policyArn"]
        for each in resources.values()
        if each.type == "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
        and each.props.plain["role"] == "prod-aws-payments-api-api"
    ]
    assert attached == [POLICY]


def test_the_account_is_made_without_a_token_of_kubernetes():
    account = recorded()["kubernetes:core/v1:ServiceAccount::payments-api-api"].props.plain
    assert account["automountServiceAccountToken"] is False


def test_only_the_namespace_with_an_identity_may_reach_what_hands_roles_out():
    policies = [key for key in recorded() if key.endswith("-allow-sign-in")]
    assert policies == ["kubernetes:networking.k8s.io/v1:NetworkPolicy::payments-api-allow-sign-in"]


def test_by_irsa_the_trust_names_the_account_and_the_service_account_is_annotated():
    resources = recorded(irsaIssuer=ISSUER)
    role = resources["aws:iam/role:Role::prod-aws-payments-api-api"].props.plain
    (statement,) = json.loads(role["assumeRolePolicy"])["Statement"]
    assert statement["Condition"]["StringEquals"] == {
        f"{ISSUER}:aud": "sts.amazonaws.com",
        f"{ISSUER}:sub": "system:serviceaccount:payments-api:api",
    }
    account = resources["kubernetes:core/v1:ServiceAccount::payments-api-api"].props.plain
    assert account["metadata"]["annotations"] == {
        "eks.amazonaws.com/role-arn": f"arn:aws:iam::{eks_clusters.ACCOUNT}:role/prod-aws-payments-api-api"
    }
    assert not [key for key in resources if "PodIdentityAssociation" in key]


def test_a_name_too_long_for_iam_is_cut_and_told_apart():
    resources = recorded(namespace="a" * 54)
    names = [
        each.props.plain["name"]
        for each in resources.values()
        if each.type == "aws:iam/role:Role" and "payments" in each.name
    ]
    assert [len(name) for name in names] == [64]
