"""What a benchmark of nodes found on the nodes themselves, where no object of the API shows it."""

from collections.abc import Iterator

from policies.control import NotApplicableError, control
from policies.model import Severity
from policies.values import Props, UnknownRead


@control(
    title="A node meets the items of its CIS benchmark",
    severity=Severity.HIGH,
    types=("secureclusters:audit:NodeBenchmark",),
    why="Files and flags of a node decide who is root on it, whatever the objects of the cluster say.",
    fix="Follow the benchmark's remediation on the node; kubeadm takes it from components/existing/hardening.yaml.",
    url="https://github.com/aquasecurity/kube-bench",
)
def check(props: Props) -> Iterator[str]:
    match props.read("status", provider_default="absent"):
        case "PASS":
            return
        case "WARN":
            # The benchmark leaves it to a person, or could not tell: nobody knows.
            raise UnknownRead((*props.path, "status"))
        case "INFO":
            raise NotApplicableError("the item only informs")
        case _:
            yield "status is not PASS: the node does not meet the item"
