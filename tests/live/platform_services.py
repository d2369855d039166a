"""The platform services of an environment of this repository, for tests that make it under the real engine."""

import json
import warnings
from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from components import settings
from components.settings import StackSettings
from local import charts
from local.tools import Toolbox
from local.workspace import REPOSITORY
from policies.waivers import WaiverEntry, each_of

KEY = "secure-clusters:platform"
_TENANTS = "secure-clusters:tenants"
_ASKED = ("certificates", "secrets")
"""What a tenant's namespace asks of the services."""
_CHARTLESS = ("apiServer", "mesh")
"""The mesh of a production environment is the cloud's, and goes with the cluster's half."""
_UNMADE = {"imageTrust": "policy-controller"}
"""A service that can't be made where no pod runs, and its chart: the API server has its policies converted by its pods.
What becomes of them test_image_trust.py shows."""


def makeable(declared: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a stack file without the services that can't be made where no pod runs."""
    on = {name: value for name, value in declared["config"][KEY].items() if name not in _UNMADE}
    return {**declared, "config": {**declared["config"], KEY: on}}


def can_be_had(declared: dict[str, Any], tools: Toolbox) -> bool:
    """Return whether every chart of the services can be had on this machine; warns with what can't."""
    platform = _loaded(declared).platform
    absent = _absent(platform.charts if platform else (), tools)
    if absent:
        warnings.warn(f"made without its platform services: {absent}", stacklevel=2)
    return not absent


def have_charts(names: Sequence[str], tools: Toolbox) -> None:
    """Have Helm and these charts; skips the test where one can be had from nowhere, as GitHub is out of reach."""
    if absent := _absent(names, tools):
        pytest.skip(absent)


def _absent(names: Sequence[str], tools: Toolbox) -> str:
    """Return which of these charts can't be had on this machine, and why; nothing where all can."""
    charts.provide_helm(tools)
    return "; ".join(problem for name in names if (problem := charts.obtain(name)))


def without(declared: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a stack file with the services alone that need no chart, and nothing asked of others."""
    config = {key: value for key, value in declared["config"].items() if key != KEY}
    chartless = {key: value for key, value in declared["config"].get(KEY, {}).items() if key in _CHARTLESS}
    if "mesh" in chartless:
        config[KEY] = chartless
    for tenant in config.get(_TENANTS, ()):
        for namespace in tenant["namespaces"]:
            for key in _ASKED:
                namespace.pop(key, None)
    return {**declared, "config": config}


def waivers(name: str, stack: str) -> list[dict[str, Any]]:
    """Return this repository's waivers about what is made of an environment, for the stack that stands for it."""
    content = yaml.safe_load((REPOSITORY / "stacks" / "waivers.yaml").read_text())
    found: list[dict[str, Any]] = []
    for entry in content["waivers"]:
        accepted = each_of(WaiverEntry.model_validate(entry))
        made = {
            each.resource: None
            for each in accepted
            if each.concerns(name) and not any(chart in each.resource for chart in _UNMADE.values())
        }
        if made:
            found.append({**entry, "stack": stack, "resource": list(made)})
    return found


def _loaded(declared: dict[str, Any]) -> StackSettings:
    given = {key.partition(":")[2]: value for key, value in declared["config"].items()}
    return settings.load(json.loads(json.dumps(given, default=str)), "the stack file")
