"""How fast the catalogue judges: `python -m tests.bench.evaluate [--checkov FILE] [--kyverno FILE]`.

It judges 10,000 generated manifests, and measures other tools on a sample of the same manifests as files.
The tools are not dependencies of this project: give the paths of executables that you have installed. kyverno
gets our own admission policies, checkov uses the checks that it brings.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from local.workspace import REPOSITORY
from policies import clock
from policies.catalogue import all_controls
from policies.evaluate import evaluate, stream
from policies.model import Outcome, Resource, Verdict
from policies.values import Props
from tests.bench.manifests import manifests

TODAY = clock.today()


def resource_of(manifest: dict[str, Any]) -> Resource:
    version = manifest["apiVersion"]
    type_ = f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"
    name = f"{manifest['metadata']['namespace']}/{manifest['metadata']['name']}"
    return Resource(urn=f"urn:pulumi:bench::bench::{type_}::{name}", type=type_, name=name, props=Props(manifest))


def ours(count: int) -> None:
    """Judge so many manifests in this process, and print what it took."""
    controls = all_controls()
    imported = peak(resource.RUSAGE_SELF)
    resources = [resource_of(each) for each in manifests(count)]
    loaded = peak(resource.RUSAGE_SELF)
    # The first resource of each kind pays for compiling expressions that are made on demand.
    evaluate(resources[:200], (), TODAY)
    wall, cpu = time.perf_counter(), time.process_time()
    outcomes: Counter[Outcome] = Counter()
    kept: list[Verdict] = []
    for verdict in stream(resources, (), TODAY):
        outcomes[verdict.outcome] += 1
        if verdict.outcome is not Outcome.PASS:
            kept.append(verdict)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    of_objects = sum(any(type_.startswith("kubernetes:") for type_ in each.types) for each in controls)
    say(f"ours: {count} manifests, {of_objects} controls on objects, {outcomes.total()} verdicts, {len(kept)} kept")
    say(f"ours: {wall:.2f} s wall, {cpu:.2f} s cpu; {', '.join(f'{outcomes[each]} {each}' for each in Outcome)}")
    say(
        f"ours: {imported} MiB after imports, {loaded} MiB with the manifests, {peak(resource.RUSAGE_SELF)} MiB at peak"
    )


def ours_on_files(folder: Path) -> None:
    """Judge the files of a folder, as another tool does: read, parse, evaluate."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = [yaml.load(file.read_text(), loader) for file in sorted(folder.glob("*.yaml"))]  # noqa: S506 - safe
    evaluate([resource_of(each) for each in documents], (), TODAY)


def files(count: int, folder: Path) -> Path:
    folder.mkdir()
    for number, manifest in enumerate(manifests(count)):
        (folder / f"{number:05}.yaml").write_text(yaml.safe_dump(manifest, sort_keys=False))
    return folder


def compare(name: str, sizes: tuple[int, int], command: Sequence[str], folder: Path) -> float:
    """Run a tool on two sample sizes, and return the milliseconds that one more manifest takes it.

    The difference leaves out what a tool pays once, such as starting and loading its rules.
    """
    taken = [timed([*command, str(folder / str(size))]) for size in sizes]
    each = (taken[1] - taken[0]) / (sizes[1] - sizes[0]) * 1000
    say(f"{name}: {taken[0]:.1f} s for {sizes[0]}, {taken[1]:.1f} s for {sizes[1]}: {each:.2f} ms a manifest")
    return each


def timed(command: Sequence[str]) -> float:
    """Return the wall seconds of a command on one core; a tool that finds something may exit with 1."""
    one_core = [*(["taskset", "-c", "0"] if sys.platform == "linux" else []), *command]
    started = time.perf_counter()
    done = subprocess.run(one_core, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    taken = time.perf_counter() - started
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} failed: {(done.stderr or done.stdout).strip()[-500:]}")
    return taken


def peak(whose: int) -> int:
    """Return the peak memory in MiB."""
    return resource.getrusage(whose).ru_maxrss >> 10


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def admission_policies(file: Path) -> Path:
    from components import admission  # it imports Pulumi's SDK, which is no part of what is measured

    made = admission.manifests(
        admission.AdmissionArgs(deployers=admission.Deployers(groups=("deployers",))), today=TODAY
    )
    kept = [each for each in made if each["kind"].startswith("ValidatingAdmissionPolicy")]
    file.write_text(yaml.safe_dump_all(kept, sort_keys=False))
    return file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--manifests", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=200, help="manifests that the other tools get")
    parser.add_argument("--checkov", type=Path, help="executable of checkov")
    parser.add_argument("--kyverno", type=Path, help="executable of the kyverno command line")
    parser.add_argument("--ours", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        ours_on_files(given.folder)
    elif given.ours:
        ours(given.manifests)
    else:
        measure(given)


def measure(given: argparse.Namespace) -> None:
    say(f"{os.cpu_count()} cores, each tool on one; load {os.getloadavg()[0]:.1f}")
    me = [sys.executable, "-m", "tests.bench.evaluate"]
    one_core = ["taskset", "-c", "0"] if sys.platform == "linux" else []
    subprocess.run([*one_core, *me, "--ours", f"--manifests={given.manifests}"], cwd=REPOSITORY, check=True)
    few = (given.sample // 4, given.sample)
    # Ten times as many for what is too fast to be told from noise otherwise.
    many = (10 * few[0], 10 * few[1])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in (*few, *many):
            files(size, folder / str(size))
        own = compare("ours, with reading files", many, [*me, "--folder"], folder)
        if given.checkov:
            options = ["--framework", "kubernetes", "--compact", "--quiet", "--soft-fail", "--skip-download", "-d"]
            theirs = compare("checkov", many, [str(given.checkov), *options], folder)
            say(f"checkov takes {theirs / own:.0f} times as long a manifest")
        if given.kyverno:
            rules = admission_policies(folder / "policies.yaml")
            theirs = compare("kyverno", few, [str(given.kyverno), "apply", str(rules), "--resource"], folder)
            say(f"kyverno takes {theirs / own:.1f} times as long a manifest")


if __name__ == "__main__":
    main()
