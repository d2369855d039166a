"""How each tool is obtained: which version on PATH will do, where it is downloaded, how it is built."""

import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import versions
from .download import Download
from .go_build import ExtraFile, GoBuild

ENGINE, LANGUAGE_HOST, LANGUAGE_HOST_EXECUTOR = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
)
CYCLONUS_ORACLE = "cyclonus-oracle"
HELM = "helm"
CERT_MANAGER = "cert-manager-controllers"
ACME_SERVER = "acme-server"
ACTIONLINT = "actionlint"
_GO = Path(__file__).resolve().parent / "go"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """All ways to one tool."""

    name: str
    version_arguments: Sequence[str]
    """What makes the tool print its version."""
    acceptable: Callable[[tuple[int, ...]], bool]
    """Whether a version found on PATH will do."""
    wanted: str
    """The versions that will do, for the message about one that will not."""
    build: GoBuild
    build_version: str
    download: Download | None = None
    """None where the publisher has none for this machine."""
    download_version: str = ""
    beside: Sequence[str] = ()
    """Programs that must lie in the same folder as the tool when it is found on PATH."""


def _platform() -> tuple[str, str]:
    """Return operating system and processor as Go names them."""
    processor = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return sys.platform, processor


def engine() -> Recipe:
    """Return the recipe of the Pulumi engine; its Python language host lies beside it, however it is obtained."""
    system, processor = _platform()
    base = "https://github.com/pulumi/pulumi/releases/download"
    version = versions.ENGINE_DOWNLOAD
    archive = f"pulumi-v{version}-{system}-{processor.replace('amd64', 'x64')}.tar.gz"
    minimum = _numbers(versions.ENGINE_MINIMUM)
    return Recipe(
        name=ENGINE,
        version_arguments=("version",),
        acceptable=lambda found: found >= minimum,
        wanted=f"{versions.ENGINE_MINIMUM} or later",
        download=Download(
            url=f"{base}/v{version}/{archive}",
            checksums_url=f"{base}/v{version}/pulumi-{version}-checksums.txt",
        ),
        download_version=version,
        build=GoBuild(
            module_folder=_GO / "engine",
            package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
            link_variables={_VERSION_VARIABLE: versions.ENGINE_BUILD},
            companions={LANGUAGE_HOST: _language_host_build()},
        ),
        build_version=versions.ENGINE_BUILD,
        beside=(LANGUAGE_HOST, LANGUAGE_HOST_EXECUTOR),
    )


def _language_host_build() -> GoBuild:
    executor = ExtraFile(
        module_folder=_GO / "engine",
        module="github.com/pulumi/pulumi/sdk/v3",
        path=f"python/cmd/{LANGUAGE_HOST_EXECUTOR}",
    )
    return GoBuild(
        module_folder=_GO / "language_host",
        package="github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python",
        link_variables={_VERSION_VARIABLE: versions.LANGUAGE_HOST_BUILD},
        extra_files=(executor,),
    )


def etcd() -> Recipe:
    """Return the recipe of etcd."""
    system, processor = _platform()
    base = f"https://github.com/etcd-io/etcd/releases/download/v{versions.ETCD}"
    return Recipe(
        name="etcd",
        version_arguments=("--version",),
        acceptable=_same_minor(versions.ETCD),
        wanted=_minor(versions.ETCD),
        # For other systems the archives are zip files.
        download=Download(
            url=f"{base}/etcd-v{versions.ETCD}-{system}-{processor}.tar.gz",
            checksums_url=f"{base}/SHA256SUMS",
        )
        if system == "linux"
        else None,
        download_version=versions.ETCD,
        build=GoBuild(module_folder=_GO / "control_plane", package="go.etcd.io/etcd/server/v3", link_variables={}),
        build_version=versions.ETCD,
    )


def kubernetes(name: str) -> Recipe:
    """Return the recipe of a program of Kubernetes, such as kube-apiserver."""
    system, processor = _platform()
    url = f"https://dl.k8s.io/release/v{versions.KUBERNETES}/bin/{system}/{processor}/{name}"
    major, minor, *_ = versions.KUBERNETES.split(".")
    package = "k8s.io/component-base/version"
    return Recipe(
        name=name,
        version_arguments=("version", "-o", "short") if name == "kubeadm" else ("--version",),
        acceptable=_same_minor(versions.KUBERNETES),
        wanted=_minor(versions.KUBERNETES),
        # Servers are published for Linux alone.
        download=Download(url=url, checksums_url=f"{url}.sha256") if system == "linux" else None,
        download_version=versions.KUBERNETES,
        build=GoBuild(
            module_folder=_GO / "control_plane",
            package=f"k8s.io/kubernetes/cmd/{name}",
            link_variables={
                f"{package}.gitVersion": f"v{versions.KUBERNETES}",
                f"{package}.gitMajor": major,
                f"{package}.gitMinor": minor,
                f"{package}.gitTreeState": "clean",
            },
        ),
        build_version=versions.KUBERNETES,
    )


def cyclonus_oracle() -> Recipe:
    """Return the recipe of what tells the tests of reachability what cyclonus expects; nothing else needs it."""
    return _of_this_repository(CYCLONUS_ORACLE, "cyclonus", versions.CYCLONUS)


def _of_this_repository(name: str, folder: str, version: str) -> Recipe:
    """Return the recipe of a program whose main is below `go`, so that no other on the machine will do."""
    package = f"secure-clusters/{folder.replace('_', '-')}"
    return Recipe(
        name=name,
        version_arguments=("version",),
        acceptable=lambda _: False,
        wanted="the one of this repository",
        build=GoBuild(module_folder=_GO / folder, package=package, link_variables={}),
        build_version=version,
    )


def helm() -> Recipe:
    """Return the recipe of Helm, which renders the charts of platform services."""
    system, processor = _platform()
    base = f"https://get.helm.sh/helm-v{versions.HELM}-{system}-{processor}.tar.gz"
    return Recipe(
        name=HELM,
        version_arguments=("version", "--short"),
        acceptable=lambda found: found >= (3, 16),
        wanted="3.16 or later",
        download=Download(url=base, checksums_url=f"{base}.sha256sum"),
        download_version=versions.HELM,
        build=GoBuild(
            module_folder=_GO / "helm",
            package="helm.sh/helm/v4/cmd/helm",
            link_variables={"helm.sh/helm/v4/internal/version.version": f"v{versions.HELM}"},
        ),
        build_version=versions.HELM,
    )


def cert_manager() -> Recipe:
    """Return the recipe of cert-manager's controllers as a local process; only the live tests need them."""
    return _of_this_repository(CERT_MANAGER, "cert_manager", versions.CERT_MANAGER)


def acme_server() -> Recipe:
    """Return the recipe of an ACME server with the DNS that it asks; only a live test needs it."""
    return _of_this_repository(ACME_SERVER, "acme_server", versions.PEBBLE)


def actionlint() -> Recipe:
    """Return the recipe of actionlint, which judges the workflows; only a live test needs it."""
    return Recipe(
        name=ACTIONLINT,
        version_arguments=("-version",),
        acceptable=lambda found: found == _numbers(versions.ACTIONLINT),
        wanted=versions.ACTIONLINT,
        build=GoBuild(
            module_folder=_GO / "actionlint",
            package="github.com/rhysd/actionlint/cmd/actionlint",
            link_variables={},
        ),
        build_version=versions.ACTIONLINT,
    )


def all_recipes() -> dict[str, Recipe]:
    """Return the recipe of every tool of the local environment by its name."""
    recipes = [
        engine(),
        etcd(),
        helm(),
        *(kubernetes(name) for name in ("kube-apiserver", "kube-controller-manager", "kubeadm")),
    ]
    return {recipe.name: recipe for recipe in recipes}


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _same_minor(version: str) -> Callable[[tuple[int, ...]], bool]:
    return lambda found: found[:2] == _numbers(version)[:2]
