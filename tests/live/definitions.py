"""Definitions that a chart brings along, on the API server that all live tests share; nothing of them is left there."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kubernetes import client

from policies.model import Resource
from tests.live.admission import Admission, wait


@contextmanager
def defined(
    cluster: Admission,
    resources: Sequence[Resource],
    namespaces: Sequence[str],
    labels: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Have the definitions among the resources, and the namespaces; both are gone once it ends."""
    definitions: list[Any] = [each.props.plain for each in resources if each.type.endswith(":CustomResourceDefinition")]
    names = {each["metadata"]["name"] for each in definitions}
    api = client.ApiextensionsV1Api(cluster.api)
    for name in namespaces:
        metadata = client.V1ObjectMeta(name=name, labels=dict(labels or {}))
        cluster.core.create_namespace(client.V1Namespace(metadata=metadata))
    try:
        for each in definitions:
            api.create_custom_resource_definition(each)
        yield
    finally:
        for name in names:
            api.delete_custom_resource_definition(name)
        for name in namespaces:
            cluster.core.delete_namespace(name)
        wait(lambda: not names & _names(api.list_custom_resource_definition()))
        wait(lambda: not set(namespaces) & _names(cluster.core.list_namespace()))


def _names(found: Any) -> set[str]:
    return {each.metadata.name for each in found.items}
