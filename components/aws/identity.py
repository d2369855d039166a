"""Cloud roles of workloads: a service account gets a role of its own, and no node has it."""

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from . import iam
from .site import Site

_AUDIENCE = "sts.amazonaws.com"
SIGN_IN = (("169.254.170.23/32", 80),)
"""Where the agent of Pod Identity answers on each node: a pod gets its own role there, by its own token, no other."""


class Identity(pulumi.ComponentResource):
    """An IAM role that one service account of one namespace of this cluster can take on, and nobody else.

    By EKS Pod Identity; by IRSA where the cluster's issuer is given. The role has the named policies, and
    what the cluster's permissions boundary leaves of them.

    Controls: those in policies/controls/aws that judge roles and their trust.
    """

    role_arn: str
    """ARN of the role; plain, so that other policies can name it."""
    annotations: Mapping[str, str]
    """Annotations that the service account needs."""
    resources: list[pulumi.Resource]
    """The role, what it may do, and the association: whoever runs as the account depends on them."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        purpose: str,
        namespace: str,
        service_account: str,
        policies: Sequence[str],
        inline: Mapping[str, str] | None = None,
        irsa_issuer: str | None = None,
        cluster_name: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the role `<cluster>-<purpose>` with `policies` (ARNs) and `inline` documents.

        `irsa_issuer` is the cluster's OIDC issuer without scheme. `cluster_name` is the cluster's output, where
        the association is made here; an add-on of EKS makes its own.
        """
        declared = {
            "cluster": site.name,
            "namespace": namespace,
            "serviceAccount": service_account,
            "policies": list(policies),
            "by": "irsa" if irsa_issuer else "pod-identity",
        }
        super().__init__("secureclusters:aws:Identity", name, declared, opts)
        children = pulumi.ResourceOptions(parent=self)
        trust = (
            _irsa(site, irsa_issuer, namespace, service_account)
            if irsa_issuer
            else _pod_identity(site, namespace, service_account)
        )
        role = iam.Role(purpose, site, trust, managed=policies, inline=inline, opts=children)
        self.role_arn = role.plain_arn
        self.annotations = {"eks.amazonaws.com/role-arn": role.plain_arn} if irsa_issuer else {}
        self.resources = list(role.resources)
        if cluster_name is not None and not irsa_issuer:
            association = aws.eks.PodIdentityAssociation(
                f"{site.name}-{purpose}",
                cluster_name=cluster_name,
                namespace=namespace,
                service_account=service_account,
                role_arn=role.plain_arn,
                # With session tags a policy can ask for the namespace; without them it can't tell pods apart.
                disable_session_tags=False,
                opts=pulumi.ResourceOptions(parent=self, depends_on=role.resources),
            )
            self.resources.append(association)
        self.register_outputs(declared)


def _pod_identity(site: Site, namespace: str, service_account: str) -> str:
    """Return the trust that EKS asks for, in one service account of this cluster.

    The tags are what EKS says of the pod: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    conditions = {
        "aws:SourceAccount": site.arns.account,
        "aws:RequestTag/eks-cluster-arn": site.arns.cluster(site.name),
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": service_account,
    }
    return iam.trust_service("pods.eks.amazonaws.com", {"StringEquals": conditions}, tagged=True)


def _irsa(site: Site, issuer: str, namespace: str, service_account: str) -> str:
    """Return the trust in one service account of the cluster's issuer."""
    conditions = {
        f"{issuer}:aud": _AUDIENCE,
        f"{issuer}:sub": f"system:serviceaccount:{namespace}:{service_account}",
    }
    return iam.document(
        {
            "Effect": "Allow",
            "Principal": {"Federated": site.arns.oidc_provider(issuer)},
            "Action": ["sts:AssumeRoleWithWebIdentity"],
            "Condition": {"StringEquals": conditions},
        }
    )


def oidc_provider(site: Site, issuer: str, opts: pulumi.ResourceOptions) -> aws.iam.OpenIdConnectProvider:
    """Let the account trust the cluster's issuer, for IRSA."""
    return aws.iam.OpenIdConnectProvider(
        f"{site.name}-issuer", url=f"https://{issuer}", client_id_lists=[_AUDIENCE], opts=opts
    )
