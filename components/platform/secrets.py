"""Secrets from a store outside the cluster: each namespace reads its own, by a role of its own, and follows changes."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

import pulumi

from ..naming import namespace_name
from ..tenancy import StoredSecrets, TenantArgs
from ..tenancy.intent import Flow, Pods, Port
from ..tenancy.model import Namespace, Quota
from . import certificates, external_secrets, flows, tokens
from .charts import Chart, register
from .service import TENANT, ApiServer, ServiceArgs, Site
from .stores import AnyStore

NAMESPACE = "secrets"
"""Short name of the namespace that External Secrets runs in."""
FULL_NAMESPACE = f"{TENANT}-{NAMESPACE}"
STORE = "namespace"
"""Name of the SecretStore that each namespace with secrets has."""
_API = "external-secrets.io/v1"


class Refresh(StrEnum):
    """How soon a changed secret is in the cluster."""

    MINUTES = "5m0s"
    """Five minutes; each read costs money in a cloud's store."""
    HOUR = "1h0m0s"
    """An hour; the default."""
    DAY = "24h0m0s"
    """A day."""


class SecretsArgs(ServiceArgs):
    """Secrets from a store outside the cluster, by External Secrets. Its webhook's certificate comes from `tls`."""

    store: AnyStore
    """Where the secrets lie."""
    refresh: Refresh = Refresh.HOUR
    """How soon a changed secret is in the cluster."""

    @property
    def charts(self) -> tuple[str, ...]:
        """Return External Secrets' chart."""
        return (external_secrets.CHART,)

    def namespaces(self) -> tuple[Namespace, ...]:
        """Return the one namespace of External Secrets."""
        return (Namespace(name=NAMESPACE, quota=Quota(cpu="4", memory="4Gi", storage="1Gi", pods=8)),)

    def flows(self, api_server: ApiServer) -> tuple[Flow, ...]:
        """Return the ways to and from the API server, and to the store."""
        controller = Pods(namespace=NAMESPACE, pods={"app.kubernetes.io/name": external_secrets.CHART})
        webhook = {"app.kubernetes.io/name": f"{external_secrets.CHART}-webhook"}
        return (
            *flows.operator(NAMESPACE, api_server, webhook, external_secrets.WEBHOOK_PORT),
            *(Flow(from_=controller, to=each, ports=(Port(port=self.store.port),)) for each in self.store.networks),
        )

    def problems(self, tenants: Sequence[TenantArgs]) -> Iterator[str]:
        """Yield accounts that have no role in the cloud whose store they are to read."""
        if self.store.cluster is None:
            return
        for tenant in tenants:
            for each in tenant.namespaces:
                if each.secrets and each.secrets.service_account not in {
                    one.service_account for one in each.identities
                }:
                    yield (
                        f"{namespace_name(tenant.name, each.name)}: the account {each.secrets.service_account!r} of "
                        "secrets has no role; list it in identities, with grants on exactly these secrets"
                    )

    def create(self, site: Site, parent: pulumi.Resource) -> None:
        """Create the operator."""
        operator = Chart(
            external_secrets.CHART,
            external_secrets.release(FULL_NAMESPACE, kubernetes=site.kubernetes),
            adjust=external_secrets.adjusted,
            opts=pulumi.ResourceOptions.merge(
                site.inside(FULL_NAMESPACE, parent), pulumi.ResourceOptions(depends_on=list(site.made["tls"]))
            ),
        )
        site.made["secrets"] = operator.ready

    def serve(self, site: Site, parent: pulumi.Resource) -> None:
        """Create in each namespace that asks for secrets its store and what it copies."""
        for full_name, namespace in site.tenant_namespaces():
            if namespace.secrets:
                found = self._inside(full_name, namespace.secrets)
                register(found, site.inside(full_name, parent), site.made["secrets"])

    def _inside(self, namespace: str, asked: StoredSecrets) -> list[dict[str, Any]]:
        """Return what a namespace gets: the right to sign in as its account, the store, and its secrets."""
        account = asked.service_account
        store = {"provider": self.store.provider(namespace, account)}
        return [
            *([tokens.account(account, namespace)] if self.store.cluster is None else []),
            *tokens.lent(account, namespace, to=(external_secrets.CHART, FULL_NAMESPACE)),
            certificates.manifest("SecretStore", STORE, namespace, store, _API),
            *(self._copy(namespace, each.name, each.key, each.entry) for each in asked.copies),
        ]

    def _copy(self, namespace: str, name: str, key: str, entry: str | None) -> dict[str, Any]:
        """Return what keeps a Secret as it is in the store."""
        source = (
            {"dataFrom": [{"extract": {"key": key}}]}
            if entry is None
            else {"data": [{"secretKey": entry, "remoteRef": {"key": key}}]}
        )
        spec = {
            "refreshPolicy": "Periodic",
            "refreshInterval": self.refresh.value,
            "secretStoreRef": {"name": STORE, "kind": "SecretStore"},
            "target": {"name": name, "creationPolicy": "Owner", "deletionPolicy": "Delete"},
            **source,
        }
        return certificates.manifest("ExternalSecret", name, namespace, spec, _API)
