"""Binary Authorization lets chosen repositories past, not whole registries."""

from collections.abc import Iterator

from policies import gcp
from policies.control import control
from policies.model import Severity
from policies.values import Props

_OF_GKE = ("gke.gcr.io",)


@control(
    title="Binary Authorization lets chosen repositories past, not whole registries",
    severity=Severity.HIGH,
    types=(gcp.BINARY_AUTHORIZATION,),
    why="Everyone may put an image into a public registry: an exception for one is an exception for all.",
    fix="Name the repository in admissionWhitelistPatterns, such as HOST/PROJECT/REPOSITORY/**.",
    url="https://docs.cloud.google.com/binary-authorization/docs/policy-yaml-reference",
)
def check(props: Props) -> Iterator[str]:
    for index, pattern in enumerate(props.read("admissionWhitelistPatterns", provider_default=[])):
        host, _, path = pattern.read("namePattern", provider_default="*").partition("*")[0].partition("/")
        if host not in _OF_GKE and "/" not in path:
            yield f"admissionWhitelistPatterns[{index}].namePattern must name a repository"
