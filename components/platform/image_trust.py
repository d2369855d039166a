"""Only images that a tenant's own pipeline signed run in its namespaces, and only on base images that are allowed.

Beside them the proxies of a mesh that the cloud runs, which the cloud puts into the pods.
"""

import itertools
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

import pulumi
from pydantic import Field, field_validator

from ..model import DnsLabel, Quantity, Settings
from ..tenancy import Network, TenantArgs
from ..tenancy.intent import Flow
from ..tenancy.model import Namespace, Quota
from . import flows, image_policies, pod_identity, policy_controller
from .charts import Chart
from .image_policies import DISTROLESS, Repositories, Signer
from .manifests import token
from .pod_identity import RegistryReaderArgs
from .service import TENANT, ApiServer, Site

NAMESPACE = "image-trust"
"""Short name of the namespace that the verifier runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"


class Verifier(StrEnum):
    """Who verifies signatures."""

    SIGSTORE = "sigstore"
    """Sigstore's policy-controller in the cluster; on every kind of cluster."""
    BINARY_AUTHORIZATION = "binary-authorization"
    """Google's, declared with the cluster."""
    AWS_SIGNER = "aws-signer"
    """AWS Signer's signatures; not made by this toolkit."""
    RATIFY = "ratify"
    """Notation's signatures on AKS; not made by this toolkit."""


_ELSEWHERE = {
    Verifier.BINARY_AUTHORIZATION: (
        "is declared with the GKE cluster: name its attestors in cluster.registry.attestors, and leave imageTrust out"
    ),
    Verifier.AWS_SIGNER: "is not made by this toolkit; use sigstore with a key of AWS KMS (kms: awskms://...)",
    Verifier.RATIFY: "is not made by this toolkit; use sigstore with a key of Azure Key Vault (kms: azurekms://...)",
}


class TenantTrust(Settings):
    """What a tenant's images have to be."""

    images: tuple[Repositories, ...] = Field(min_length=1)
    """The tenant's repositories; no other tenant's patterns may overlap with them."""
    signers: tuple[Signer, ...] = Field(min_length=1)
    """Who may sign them; the signature of one is enough."""
    base_images: tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9./_-]+$")], ...] | Literal["any"] = Field(
        default=DISTROLESS, min_length=1
    )
    """Base images that they may be built on, as the pipeline attests; `any` asks for no attestation, and needs a
    waiver."""


class ImageTrustArgs(RegistryReaderArgs):
    """Signatures of images, verified in the namespaces of tenants; what can't be verified does not run."""

    verifier: Verifier = Verifier.SIGSTORE
    """Who verifies."""
    tenants: dict[DnsLabel, TenantTrust] = Field(min_length=1)
    """What each tenant's images have to be; a tenant that is not named runs nothing."""
    registries: tuple[Network, ...] = Field(min_length=1)
    """Where registries, and Sigstore's transparency log and roots, are reached by TLS."""
    memory: Quantity = "512Mi"
    """Memory of each of the verifier's pods."""

    @field_validator("verifier")
    @classmethod
    def _is_made_here(cls, verifier: Verifier) -> Verifier:
        if verifier in _ELSEWHERE:
            raise ValueError(f"{verifier} {_ELSEWHERE[verifier]}")
        return verifier

    @property
    def charts(self) -> tuple[str, ...]:
        """Return the verifier's chart."""
        return (policy_controller.CHART,)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the one namespace of the verifier."""
        return (
            Namespace(
                name=NAMESPACE,
                quota=Quota(cpu="4", memory="4Gi", storage="1Gi", pods=8),
                identities=pod_identity.identities(policy_controller.ACCOUNT, self.registry_grants),
            ),
        )

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the ways to the API server and the registries, and the API server's to the webhook."""
        return (
            *flows.operator(NAMESPACE, api_server, policy_controller.PODS, policy_controller.WEBHOOK_PORT),
            *flows.to_outside(NAMESPACE, self.registries),
        )

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield tenants without a policy, policies without a tenant, and repositories of two tenants."""
        declared = {tenant.name for tenant in tenants}
        if declared:
            for name in sorted(declared - set(self.tenants)):
                yield f"tenants has no {name!r}, so that none of its images would run; say who signs them"
            for name in sorted(set(self.tenants) - declared):
                known = ", ".join(sorted(declared))
                yield f"tenants names {name!r}, which is no tenant of the stack; there are {known}"
        for (one, first), (other, second) in itertools.combinations(sorted(self.tenants.items()), 2):
            for pattern, opposite in itertools.product(first.images, second.images):
                if image_policies.overlap(pattern, opposite):
                    yield f"the images {pattern} of {one!r} and {opposite} of {other!r} overlap; give each its own"

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the verifier, and what it demands of each tenant's images."""
        chart = Chart(
            policy_controller.CHART,
            policy_controller.release(FULL_NAMESPACE, memory=self.memory, kubernetes=site.kubernetes),
            adjust=lambda manifest: policy_controller.adjusted(manifest, has_account=bool(self.registry_grants)),
            hooks_left_out=policy_controller.HOOKS_LEFT_OUT,
            opts=site.inside(FULL_NAMESPACE, parent),
        )
        opts = pulumi.ResourceOptions(parent=parent, depends_on=[chart, *chart.ready])
        demanded = [policy for tenant, trust in self.tenants.items() for policy in _policies(tenant, trust)]
        mesh = site.cluster.managed_mesh
        if mesh and mesh.cloud:
            demanded.append(image_policies.of_proxies(mesh.cloud.proxies))
        for policy in demanded:
            pulumi.CustomResource(token(policy), f"image-policy-{policy['metadata']['name']}", policy, opts)


def _policies(tenant: str, trust: TenantTrust) -> Iterator[dict[str, Any]]:
    authorities = [signer.authority() for signer in trust.signers]
    signed = list(image_policies.numbered(authorities))
    yield image_policies.document(tenant, "signatures", trust.images, signed)
    if trust.base_images != "any":
        attestation = image_policies.base_image_attestation(trust.base_images)
        attested = [{**each, "attestations": [attestation]} for each in signed]
        yield image_policies.document(tenant, "base-images", trust.images, attested)
