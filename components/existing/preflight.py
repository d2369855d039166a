"""Compare a cluster with what a stack declares: `python -m components.existing.preflight --help`.

It reads and dry-runs, it never writes. Run it before an update: components make no requests of their own.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import UserError
from ..network_policy_engine import NetworkPolicyEngine
from .facts import AnonymousAccess, ClusterFacts

SUPPORTED_MINORS = (34, 35, 36, 37)
"""Releases that the toolkit is made for; a newer one is let through, an older one isn't.
https://kubernetes.io/releases/"""


def read_facts(kubeconfig: str, context: str | None = None) -> ClusterFacts:
    """Return the facts of the cluster that the text of a kubeconfig names.

    Raises UserError, one or two lines, where the kubeconfig is broken, the cluster can't be reached, the
    user lacks a right or the Kubernetes client isn't installed. Relative paths in the kubeconfig start at
    the working directory.
    """
    try:
        from . import cluster_reader  # the client takes most of a second to import, and is an extra
    except ModuleNotFoundError:
        raise UserError(
            "the preflight needs the Kubernetes client for Python\nInstall it: pip install 'secure-clusters[operate]'"
        ) from None
    return cluster_reader.read(kubeconfig, context)


def compare(declared: NetworkPolicyEngine, facts: ClusterFacts) -> list[str]:
    """Return what is wrong, a line for each problem that says what to do; empty where all is well."""
    return [problem for problem in (*_server_problems(facts), _engine_problem(declared, facts)) if problem]


def check(declared: NetworkPolicyEngine, kubeconfig: str, context: str | None = None) -> ClusterFacts:
    """Read the facts and return them; raises UserError with all problems at once."""
    facts = read_facts(kubeconfig, context)
    problems = compare(declared, facts)
    if problems:
        raise UserError(
            "the cluster is not what the stack declares:\n" + "\n".join(f"- {problem}" for problem in problems)
        )
    return facts


def _server_problems(facts: ClusterFacts) -> list[str]:
    problems: list[str] = []
    if facts.minor < SUPPORTED_MINORS[0]:
        problems.append(f"the server runs {facts.server_version}; upgrade it to 1.{SUPPORTED_MINORS[0]} or newer")
    if not facts.pod_security_admission:
        problems.append(
            "Pod Security admission is off; remove PodSecurity from the API server's --disable-admission-plugins"
        )
    if not facts.validating_admission_policy:
        problems.append(
            "ValidatingAdmissionPolicies are not served; remove them from the API server's --runtime-config"
        )
    if facts.anonymous_access is AnonymousAccess.ON:
        problems.append(
            "anybody may list namespaces without credentials; delete the bindings to system:anonymous and "
            "system:unauthenticated"
        )
    return problems


def _engine_problem(declared: NetworkPolicyEngine, facts: ClusterFacts) -> str | None:
    found = ", ".join(engine.value for engine in facts.network_policy_engines)
    match declared:
        case NetworkPolicyEngine.NO_NODES:
            return (
                "networkPolicyEngine is no-nodes, but the cluster has nodes; "
                f"declare {found or 'what enforces NetworkPolicies, or install an engine'}"
                if facts.has_nodes
                else None
            )
        case NetworkPolicyEngine.NONE:
            return f"networkPolicyEngine is none, but {found} runs; declare it" if found else None
        case _ if declared in facts.network_policy_engines:
            return None
        case _ if found:
            return f"networkPolicyEngine is {declared.value}, but {found} runs; declare that"
        case _:
            return (
                f"networkPolicyEngine is {declared.value}, but no engine with a ready pod was found; "
                "install it (flannel alone enforces nothing) and see that its DaemonSet is ready"
            )


def table(facts: ClusterFacts) -> str:
    """Return the facts as a table of two columns."""
    newer = " (newer than tested)" if facts.minor > SUPPORTED_MINORS[-1] else ""
    rows = {
        "server": f"{facts.server_version}{newer}",
        "nodes": _yes(known=facts.has_nodes),
        "network policy engine": ", ".join(facts.network_policy_engines) or "none found",
        "Pod Security admission": _yes(known=facts.pod_security_admission),
        "ValidatingAdmissionPolicy": _yes(known=facts.validating_admission_policy),
        "anonymous access": facts.anonymous_access.value,
    }
    return "".join(f"{name:<26} {value}\n" for name, value in rows.items())


def _yes(*, known: bool) -> str:
    return "yes" if known else "no"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m components.existing.preflight",
        description="Tell what a cluster enforces. It reads and dry-runs, it never writes.",
        epilog="exit code: 0 all is well, 1 a problem, 2 the cluster can't be asked",
    )
    parser.add_argument("--kubeconfig", required=True, type=Path, help="kubeconfig of the cluster")
    parser.add_argument("--context", help="context to use instead of the current one")
    parser.add_argument(
        "--network-policy-engine",
        type=NetworkPolicyEngine,
        choices=list(NetworkPolicyEngine),
        metavar="ENGINE",
        help=f"what the stack declares: {', '.join(NetworkPolicyEngine)}",
    )
    return parser


def _problems(declared: NetworkPolicyEngine | None, facts: ClusterFacts) -> list[str]:
    return _server_problems(facts) if declared is None else compare(declared, facts)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, 1 for a problem, 2 where the cluster can't be asked."""
    arguments = _parser().parse_args(argv)
    try:
        facts = read_facts(_text(arguments.kubeconfig), arguments.context)
    except UserError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    problems = _problems(arguments.network_policy_engine, facts)
    sys.stdout.write(table(facts))
    sys.stdout.write("".join(f"problem: {problem}\n" for problem in problems))
    return 1 if problems else 0


def _text(kubeconfig: Path) -> str:
    try:
        return kubeconfig.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"the kubeconfig {kubeconfig} can't be read: {error.strerror}") from None


if __name__ == "__main__":
    sys.exit(main())
