"""What certificates look like: how long each kind lives, which key it has, and what its names may be.

Pure: plain manifests of cert-manager's kinds come out. A certificate of a level is renewed so early that whatever it
signed has ended before it ends, so no chain ever ends in the middle.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .manifests import WAIT_FOR

GROUP = "cert-manager.io"
API = f"{GROUP}/v1"
ISSUER = "namespace"
"""Name of the Issuer that each namespace with certificates has."""
EDGE = "edge"
"""Beginning of the name of each namespace's ClusterIssuer for hosts at the edge."""
AUTHORITY = "namespace-authority"
"""Name of the certificate, and of its Secret, that this Issuer signs with."""


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """How long a certificate lives, in hours, and how it is renewed."""

    hours: int
    renew_before: int
    """Hours before its end; no less than the life of what it signs."""
    size: int
    """Bits of its elliptic-curve key."""
    rotation: str = "Always"
    """Whether a renewal takes a new key: `Always` or `Never`."""


class Level(Enum):
    """From the anchor of all trust to what a Service shows."""

    # What trusts the root knows its key: a renewal on its own must not change that. Ten years; renewed after eight.
    ROOT = Lifetime(hours=87_600, renew_before=17_520, size=384, rotation="Never")
    ISSUING = Lifetime(hours=8_760, renew_before=1_440, size=384)
    NAMESPACE = Lifetime(hours=720, renew_before=240, size=256)
    LEAF = Lifetime(hours=24, renew_before=8, size=256)


def manifest(kind: str, name: str, namespace: str | None, spec: Mapping[str, Any], api: str = API) -> dict[str, Any]:
    """Return a custom resource; without a namespace where its kind has none."""
    place = {} if namespace is None else {"namespace": namespace}
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **place}, "spec": dict(spec)}


def profile(level: Level) -> dict[str, Any]:
    """Return what every certificate of a level has in its `spec`: its life and its key."""
    life = level.value
    return {
        "duration": f"{life.hours}h0m0s",
        "renewBefore": f"{life.renew_before}h0m0s",
        "revisionHistoryLimit": 1,
        "privateKey": private_key(life.size, life.rotation),
    }


def private_key(size: int, rotation: str = "Always") -> dict[str, Any]:
    """Return `privateKey`: on an elliptic curve of so many bits, a new one at each renewal unless it is to stay."""
    return {"algorithm": "ECDSA", "size": size, "rotationPolicy": rotation}


def encoded(pem: str) -> str:
    """Return certificates in PEM form as `caBundle` takes them."""
    return base64.b64encode(pem.encode()).decode()


def reference(name: str, kind: str = "Issuer", group: str = GROUP) -> dict[str, str]:
    """Return an `issuerRef`."""
    return {"name": name, "kind": kind, "group": group}


def certificate(
    name: str, namespace: str, level: Level, issuer: Mapping[str, str], spec: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a certificate whose Secret has its name; `spec` says who it is for."""
    body = {"secretName": name, **profile(level), "issuerRef": dict(issuer), **spec}
    made = manifest("Certificate", name, namespace, body)
    return {**made, "metadata": {**made["metadata"], "annotations": {WAIT_FOR: "condition=Ready"}}}


def authority(
    name: str, namespace: str, level: Level, issuer: Mapping[str, str], *, common_name: str, **spec: Any
) -> dict[str, Any]:
    """Return a certificate that signs others."""
    usages = ["cert sign", "crl sign", "digital signature"]
    return certificate(
        name, namespace, level, issuer, {"isCA": True, "commonName": common_name, "usages": usages, **spec}
    )


def domains(namespace: str, cluster_domain: str) -> list[str]:
    """Return the domains that the names of a namespace's Services lie in."""
    return [f"{namespace}.svc", f"{namespace}.svc.{cluster_domain}"]


def name_constraints(namespace: str, cluster_domain: str) -> dict[str, Any]:
    """Return what a namespace's authority may sign: names of the namespace's own Services."""
    return only(domains(namespace, cluster_domain))


def only(own: Sequence[str]) -> dict[str, Any]:
    """Return what an authority may sign that signs names in these domains alone.

    Where only DNS names are permitted, every address, mailbox and URI still is: those are closed by name.
    """
    return {
        "critical": True,
        "permitted": {"dnsDomains": [*own], "emailAddresses": [*own], "uriDomains": [*own]},
        "excluded": {"ipRanges": ["0.0.0.0/0", "::/0"]},
    }


def namespace_issuer(namespace: str, issuer: Mapping[str, str], cluster_domain: str) -> list[dict[str, Any]]:
    """Return a namespace's own authority, signed by `issuer`, and the Issuer that uses it."""
    constraints = name_constraints(namespace, cluster_domain)
    return [
        authority(
            AUTHORITY,
            namespace,
            Level.NAMESPACE,
            issuer,
            common_name=namespace,
            nameConstraints=constraints,
        ),
        manifest("Issuer", ISSUER, namespace, {"ca": {"secretName": AUTHORITY}}),
    ]


def service_names(services: Sequence[str], namespace: str, cluster_domain: str) -> list[str]:
    """Return every name by which Services of a namespace are called."""
    return [f"{service}.{domain}" for service in services for domain in domains(namespace, cluster_domain)]
