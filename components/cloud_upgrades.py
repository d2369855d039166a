"""How each cloud is upgraded, from `upgrades.yaml` in its folder. No package of a cloud is imported here."""

import functools
from pathlib import Path

from . import data_file
from .model import Settings

_HERE = Path(__file__).parent
_FILE = "upgrades.yaml"
CLOUDS = tuple(sorted(file.parent.name for file in _HERE.glob(f"*/{_FILE}")))
"""The clouds in which a component makes clusters: names of folders beside this file."""


class Meanings(Settings):
    """What a cloud makes of each setting, in a sentence."""

    channel: str
    window: str
    freezes: str
    surge: str
    soak: str
    drain: str


class Step(Settings):
    """One step of an upgrade."""

    what: str
    """What is upgraded, such as `node pool`."""
    type: str
    """Type of its resource."""
    happens: str
    """What happens to it."""


class CloudUpgrades(Settings):
    """How the clusters of one cloud are upgraded."""

    kind: str
    """Kind of the cluster in a stack file."""
    meanings: Meanings
    """What the cloud makes of the settings."""
    steps: tuple[Step, ...]
    """The steps in their order. Kubernetes asks for this order: https://kubernetes.io/releases/version-skew-policy/"""


@functools.cache
def of_cloud(cloud: str) -> CloudUpgrades:
    """Return how one of `CLOUDS` is upgraded."""
    return CloudUpgrades.model_validate(data_file.read(_HERE / cloud / _FILE))
