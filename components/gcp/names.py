"""Names in Google Cloud: which may hold power over a cluster, and how those that the toolkit needs are written."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

_EMAIL = r"[a-z0-9](?:[a-z0-9._%+-]*[a-z0-9])?@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
_GROUP = re.compile(rf"group:{_EMAIL}")
_SERVICE_ACCOUNT = re.compile(rf"serviceAccount:{_EMAIL}")
_FEDERATED = re.compile(
    r"principal://iam\.googleapis\.com/projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]+/subject/\S+"
)
_DEFAULT_ACCOUNTS = ("-compute@developer.gserviceaccount.com", "@appspot.gserviceaccount.com")
SECURITY_GROUP = "gke-security-groups"
"""The one name that GKE takes for the group that all other groups are in."""


def _group(member: str) -> str:
    """Refuse people and accounts: people change, and the account of a pipeline is what was lost."""
    if not _GROUP.fullmatch(member):
        raise ValueError("name a Google group: group:<name>@<domain>; people and service accounts are no groups")
    return member


def _deployer(member: str) -> str:
    if any(member.endswith(each) for each in _DEFAULT_ACCOUNTS):
        raise ValueError("this is a default account, which every machine of the project has; make one for the pipeline")
    if not _SERVICE_ACCOUNT.fullmatch(member) and not _FEDERATED.fullmatch(member):
        raise ValueError(
            "name the account of the pipeline: serviceAccount:<name>@<project>.iam.gserviceaccount.com, or "
            "principal://iam.googleapis.com/... of a workload identity pool"
        )
    return member


def _security_group(email: str) -> str:
    if not re.fullmatch(_EMAIL, email) or not email.startswith(f"{SECURITY_GROUP}@"):
        raise ValueError(f"GKE takes one name only: {SECURITY_GROUP}@<domain>; put the other groups into that one")
    return email


ProjectId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
"""Id of a project in Google Cloud, not its number and not its display name."""

ProjectNumber = Annotated[str, Field(pattern=r"^[0-9]{6,19}$")]
"""Number of a project, in quotes; Google's own accounts in the project are named after it."""

Region = Annotated[str, Field(pattern=r"^[a-z]+-[a-z]+[0-9]{1,2}$")]
"""A region of Google Cloud, such as `europe-west3`; not a zone, whose loss would be that of the cluster."""

Zone = Annotated[str, Field(pattern=r"^[a-z]+-[a-z]+[0-9]{1,2}-[a-z]$")]
"""A zone, such as `europe-west3-a`."""

GroupMember = Annotated[str, AfterValidator(_group)]
"""A Google group as IAM names it: `group:<email>`."""

Deployer = Annotated[str, AfterValidator(_deployer)]
"""The account of a pipeline as IAM names it."""

SecurityGroup = Annotated[str, AfterValidator(_security_group)]
"""Email of the group that holds all groups which RBAC may name."""

_AGENTS = {
    "artifactregistry": "gcp-sa-artifactregistry",
    "compute": "compute-system",
    "container": "container-engine-robot",
    "gkebackup": "gcp-sa-gkebackup",
    "pubsub": "gcp-sa-pubsub",
}
"""Service to the domain of its agent: https://docs.cloud.google.com/iam/docs/service-agents"""


class Names:
    """Names in one project and region, from plain values: known at preview, so policies can read them."""

    def __init__(self, project: str, number: str, region: str) -> None:
        self.project = project
        self.number = number
        self.region = region

    @property
    def workload_pool(self) -> str:
        """Return the pool of the identities of workloads: one a project, whatever its clusters."""
        return f"{self.project}.svc.id.goog"

    def agent(self, service: str) -> str:
        """Return the account by which a service of Google acts in the project, as IAM names it."""
        return f"serviceAccount:service-{self.number}@{_AGENTS[service]}.iam.gserviceaccount.com"

    def workload(self, namespace: str, service_account: str) -> str:
        """Return a service account of Kubernetes as IAM names it, without an account of Google between the two."""
        pool = f"projects/{self.number}/locations/global/workloadIdentityPools/{self.workload_pool}"
        return f"principal://iam.googleapis.com/{pool}/subject/ns/{namespace}/sa/{service_account}"

    def key(self, ring: str, purpose: str) -> str:
        """Return a key in Cloud KMS."""
        return f"projects/{self.project}/locations/{self.region}/keyRings/{ring}/cryptoKeys/{purpose}"

    def images(self, repository: str) -> str:
        """Return where the images of a repository are pulled from."""
        return f"{self.region}-docker.pkg.dev/{self.project}/{repository}"
