"""Scanning of what runs: an image that was clean when it was built does not stay so."""

from typing import Annotated

import pulumi
from pydantic import Field

from ..tenancy import Network
from ..tenancy.intent import Flow
from ..tenancy.model import Namespace, Quota
from . import flows, pod_identity, trivy_operator
from .charts import Chart
from .pod_identity import RegistryReaderArgs
from .service import TENANT, ApiServer, Site

NAMESPACE = "scanning"
"""Short name of the namespace that the scanner runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"


class ScanningArgs(RegistryReaderArgs):
    """Scans of the images of running pods, by trivy-operator; `python -m preview audit` lists what is critical."""

    registries: tuple[Network, ...] = Field(min_length=1)
    """Where images and the scanner's database are had from, by TLS."""
    rescan_hours: Annotated[int, Field(ge=1, le=168, strict=True)] = 24
    """Hours after which a report is made anew, with the vulnerabilities that became known since."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return the scanner's chart."""
        return (trivy_operator.CHART,)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the one namespace of the scanner and its scans."""
        return (
            Namespace(
                name=NAMESPACE,
                quota=Quota(cpu="4", memory="8Gi", ephemeral_storage="32Gi", storage="1Gi"),
                identities=pod_identity.identities(trivy_operator.CHART, self.registry_grants),
            ),
        )

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the ways to the API server, the registries and the database."""
        return (*flows.to_api_server(NAMESPACE, api_server), *flows.to_outside(NAMESPACE, self.registries))

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the scanner."""
        release = trivy_operator.release(
            FULL_NAMESPACE,
            rescan=f"{self.rescan_hours}h",
            excluded=FULL_NAMESPACE,
            kubernetes=site.kubernetes,
        )
        Chart(
            trivy_operator.CHART,
            release,
            adjust=lambda manifest: trivy_operator.adjusted(manifest, has_account=bool(self.registry_grants)),
            opts=site.inside(FULL_NAMESPACE, parent),
        )
