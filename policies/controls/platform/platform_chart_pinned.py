"""What a chart is made of can't change under its version."""

import re
from collections.abc import Iterator

from policies.control import control
from policies.model import Severity
from policies.values import Props, entries

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@control(
    title="Charts and their images are pinned by digest",
    severity=Severity.HIGH,
    types=("secureclusters:platform:Chart",),
    why="A version is a name: whoever writes to the registry puts something else behind it, with cluster-wide rights.",
    fix="Name the digests in components/platform/versions.yaml, with where they came from.",
    url="https://helm.sh/docs/topics/provenance/",
)
def check(props: Props) -> Iterator[str]:
    if not _DIGEST.fullmatch(props.read("digest", provider_default="")):
        yield "digest is not the SHA-256 of the chart's archive"
    if not props.read("version", provider_default=""):
        yield "version is absent"
    if entries(props.read("unpinnedImages", provider_default=[])):
        yield "unpinnedImages names images without a digest"
