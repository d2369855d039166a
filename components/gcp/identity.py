"""Rights of workloads in Google Cloud: a service account of Kubernetes has them itself, and no node does."""

from collections.abc import Callable, Sequence

import pulumi
import pulumi_gcp as gcp

from ..options import below
from . import grants
from .grants import Grant
from .site import Site

SIGN_IN = (("169.254.169.254/32", 80), ("169.254.169.254/32", 8080))
"""Where the metadata server of GKE answers on each node with Dataplane V2: a pod gets its own token there, no other.
Source: https://docs.cloud.google.com/kubernetes-engine/docs/how-to/workload-identity"""


class Identity(pulumi.ComponentResource):
    """What one service account of one namespace may do in the project of the cluster.

    IAM names the service account itself (workload identity federation), so there is no account of Google between
    the two, and none that somebody else could act as. A pool of identities is the project's: a service account of
    the same name in another cluster of the project is the same one to IAM.

    Controls: those in policies/controls/gcp that judge grants.
    """

    member: str
    """The service account as IAM names it."""
    resources: list[pulumi.Resource]
    """The grants: whoever runs as the account depends on them."""

    def __init__(
        self,
        name: str,
        site: Site,
        *,
        namespace: str,
        service_account: str,
        granted: Sequence[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the grants; `granted` are `<role>@<resource>`, see `grants.parse`."""
        declared = {
            "cluster": site.name,
            "namespace": namespace,
            "serviceAccount": service_account,
            "grants": list(granted),
        }
        super().__init__("secureclusters:gcp:Identity", name, declared, opts)
        children = below(self, opts)
        self.member = site.names.workload(namespace, service_account)
        self.resources = [
            _MAKERS[parsed.kind](
                f"{name}-{text.replace('/', '-').replace('@', '-')}", site.project, parsed, self.member, children
            )
            for text in granted
            for parsed in (grants.parse(text),)
        ]
        self.register_outputs(declared)


_Maker = Callable[[str, str, Grant, str, pulumi.ResourceOptions], pulumi.Resource]
# What they return is named no closer: its package would be imported for every cluster, whether granted on or not.


def _on_bucket(name: str, _project: str, grant: Grant, member: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return gcp.storage.BucketIAMMember(name, bucket=grant.name, role=grant.role, member=member, opts=opts)


def _on_dataset(name: str, project: str, grant: Grant, member: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return gcp.bigquery.DatasetIamMember(
        name, project=project, dataset_id=grant.name, role=grant.role, member=member, opts=opts
    )


def _on_zone(name: str, project: str, grant: Grant, member: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return gcp.dns.DnsManagedZoneIamMember(
        name, project=project, managed_zone=grant.name, role=grant.role, member=member, opts=opts
    )


def _on_project(name: str, project: str, grant: Grant, member: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return gcp.projects.IAMMember(name, project=project, role=grant.role, member=member, opts=opts)


def _on_secret(name: str, project: str, grant: Grant, member: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return gcp.secretmanager.SecretIamMember(
        name, project=project, secret_id=grant.name, role=grant.role, member=member, opts=opts
    )


def _on_subscription(
    name: str, project: str, grant: Grant, member: str, opts: pulumi.ResourceOptions
) -> pulumi.Resource:
    return gcp.pubsub.SubscriptionIAMMember(
        name, project=project, subscription=grant.name, role=grant.role, member=member, opts=opts
    )


def _on_topic(name: str, project: str, grant: Grant, member: str, opts: pulumi.ResourceOptions) -> pulumi.Resource:
    return gcp.pubsub.TopicIAMMember(name, project=project, topic=grant.name, role=grant.role, member=member, opts=opts)


_MAKERS: dict[str, _Maker] = {
    grants.PROJECT: _on_project,
    "buckets": _on_bucket,
    "datasets": _on_dataset,
    "managedZones": _on_zone,
    "secrets": _on_secret,
    "subscriptions": _on_subscription,
    "topics": _on_topic,
}
