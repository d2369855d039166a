"""A namespace of an SDK imports what is asked for, and looks as it would if it had imported everything."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from preview import lean_sdk
from tests.preview.toy_sdk import importable

FILES = {
    "__init__": "",
    "net/__init__": """
import typing
from .. import _utilities
from .network import *
from .get_network import *
from ._inputs import *
from . import outputs
""",
    "net/network": "__all__ = ['Network', 'Shared']\nclass Network: ...\nShared = 'network'\n",
    "net/get_network": "__all__ = ['get_network']\ndef get_network(): return 'called'\n",
    "net/_inputs": """
__all__ = [
    'RuleArgs',
    'Shared',
]
Shared = 'inputs'
class RuleArgs: ...
""",
    "net/outputs": "",
    "net/broken": "raise RuntimeError('imported')\n",
    "_utilities": "",
    "busy/__init__": "from .network import *\ncount = 1\n",
    "busy/network": "__all__ = ['Network']\nclass Network: ...\n",
    "silent/__init__": "from .network import *\n",
    "silent/network": "class Network: ...\n",
}


@pytest.fixture(autouse=True)
def sdk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with importable(FILES, tmp_path, monkeypatch):
        yield


def imported() -> set[str]:
    return {name.removeprefix("toy_sdk.net.") for name in sys.modules if name.startswith("toy_sdk.net.")}


def test_only_the_module_of_a_name_that_is_asked_for_is_imported() -> None:
    net = importlib.import_module("toy_sdk.net")
    assert imported() == set()
    assert net.Network.__module__ == "toy_sdk.net.network"
    assert imported() == {"network"}


def test_of_two_modules_with_one_name_the_last_one_counts_as_ever() -> None:
    assert importlib.import_module("toy_sdk.net").Shared == "inputs"


def test_a_function_is_not_hidden_by_the_module_of_its_name() -> None:
    net = importlib.import_module("toy_sdk.net")
    importlib.import_module("toy_sdk.net.get_network")
    assert net.get_network() == "called"


def test_a_module_is_an_attribute_and_a_name_that_is_nowhere_is_none() -> None:
    net = importlib.import_module("toy_sdk.net")
    assert net.outputs is sys.modules["toy_sdk.net.outputs"]
    with pytest.raises(AttributeError, match="no attribute 'Missing'"):
        _ = net.Missing


def test_all_names_are_there_for_whoever_takes_all() -> None:
    net = importlib.import_module("toy_sdk.net")
    names = {"Network", "Shared", "get_network", "RuleArgs"}
    assert set(net.__all__) == names
    assert names <= set(dir(net))


@pytest.mark.parametrize("name", ["busy", "silent"])
def test_a_package_that_does_more_than_list_modules_or_whose_modules_tell_no_names_is_imported_as_ever(
    name: str,
) -> None:
    package = importlib.import_module(f"toy_sdk.{name}")
    assert f"toy_sdk.{name}.network" in sys.modules
    assert package.Network
    assert getattr(package, "count", 1) == 1


@pytest.mark.parametrize(
    "namespace",
    ["pulumi_aws.eks", "pulumi_azure_native.containerservice", "pulumi_gcp.container", "pulumi_kubernetes.core.v1"],
)
def test_the_namespaces_of_the_real_sdks_are_of_the_form_that_saves_time(namespace: str) -> None:
    spec = importlib.util.find_spec(namespace)
    assert spec
    assert spec.origin
    modules = lean_sdk._modules(Path(spec.origin))
    assert modules
    assert lean_sdk._public(Path(spec.origin).parent, modules)
