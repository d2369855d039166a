"""A Helm chart as ordinary resources, so that policies, reachability and permissions see what is inside."""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pulumi

from ..errors import UserError
from . import manifests, rendering, versions
from .hardening import hardened

_OFFLINE = "SECURE_CLUSTERS_OFFLINE"
"""Set by the in-process preview, which creates nothing."""


class Chart(pulumi.ComponentResource):
    """A pinned chart, rendered here and now; no Helm release is made, and no Helm runs in the cluster.

    Its archive comes from the chart cache, verified by its digest. A chart that the cache doesn't have is a
    `UserError` under the engine; the preview without credentials registers it as not rendered, and says so.

    Controls: platform-chart-rendered, platform-chart-pinned, and every control on what it is made of.
    """

    ready: list[pulumi.CustomResource]
    """What of the chart is made last, after all the rest; empty where it was not rendered."""

    def __init__(
        self,
        chart: str,
        release: rendering.Release,
        *,
        adjust: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda manifest: manifest,
        hooks_left_out: Sequence[str] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Register what the chart renders to, under the logical name of the release.

        `adjust` changes a hardened object (see `hardening.py`) before it is registered, where the chart has no value
        for what must be so; None leaves the object out.
        """
        pin = versions.charts()[chart]
        rendered = rendering.render(chart, pin.sums, release)
        if rendered is None and _OFFLINE not in os.environ:
            raise UserError(rendering.missing(chart, pin.sums) or f"the chart {chart} can't be rendered")
        props = {
            "chart": chart,
            "version": pin.version,
            **_digest(rendered.sha256 if rendered else next(iter(pin.sums), None)),
            "namespace": release.namespace,
            "rendered": rendered is not None,
            "unpinnedImages": sorted(name for name, image in pin.images.items() if image.digest is None),
        }
        super().__init__("secureclusters:platform:Chart", release.name, props, opts)
        self._release = release
        self.ready = []
        found = manifests.prepared(
            chart, rendered.objects if rendered else (), release.namespace, hooks_left_out=hooks_left_out
        )
        adjusted = [each for manifest in found if (each := adjust(hardened(manifest))) is not None]
        for phase in manifests.phases(adjusted):
            options = pulumi.ResourceOptions(parent=self, depends_on=self.ready)
            self.ready = [self._register(manifest, options) for manifest in phase] or self.ready
        self.register_outputs(props)

    def _register(self, manifest: Mapping[str, Any], options: pulumi.ResourceOptions) -> pulumi.CustomResource:
        metadata = manifest["metadata"]
        place = [each for each in (metadata.get("namespace"),) if each not in (None, self._release.namespace)]
        name = "-".join([self._release.name, *place, metadata["name"]])
        return pulumi.CustomResource(manifests.token(manifest), name, _with_secrets(manifest), options)


def register(
    found: Sequence[Mapping[str, Any]], opts: pulumi.ResourceOptions, after: Sequence[pulumi.Resource] = ()
) -> list[pulumi.CustomResource]:
    """Register a service's own objects beside its charts, each after the one before it in the list and after `after`.

    The logical name is the namespace and the name, so an object of the same kind has one of its own.
    """
    made: list[pulumi.CustomResource] = []
    for manifest in found:
        metadata = manifest["metadata"]
        name = "-".join([*([metadata["namespace"]] if "namespace" in metadata else []), metadata["name"]])
        before = made[-1:] or list(after)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=before))
        made.append(pulumi.CustomResource(manifests.token(manifest), name, dict(manifest), options))
    return made


def _digest(sha256: str | None) -> dict[str, str]:
    """Return the digest of the archive, or nothing where none is known: absence never passes."""
    return {"digest": f"sha256:{sha256}"} if sha256 else {}


def require(charts: Sequence[str]) -> None:
    """Raise `UserError` with everything that is missing where a chart can't be rendered on this machine."""
    pins = versions.charts()
    problems = [problem for chart in charts if (problem := rendering.missing(chart, pins[chart].sums))]
    if problems:
        raise UserError("\n".join(problems))


def _with_secrets(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Mark what a Secret holds as secret."""
    hidden = ("data", "stringData") if manifest["kind"] == "Secret" else ()
    return {key: pulumi.Output.secret(value) if key in hidden else value for key, value in manifest.items()}
