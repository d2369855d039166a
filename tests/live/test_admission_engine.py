"""The component with the real engine on a real API server: applied, in force, unchanged, gone."""

import pytest

from components.admission.manifests import policies
from local.engine import Engine
from local.tools import Toolbox
from local.workspace import Workspace
from tests.live.admission import ARGS, TODAY, Admission, wait
from tests.live.cluster import pod
from tests.live.projects import make

pytestmark = pytest.mark.live

PROGRAM = """\
import pulumi

from components.admission import AdmissionArgs, AdmissionPolicies, Deployers
from components.cluster import kubernetes_provider

path = pulumi.Config().require_object("kubeconfig")["path"]
provider = kubernetes_provider("cluster", identifier="test", kubeconfig=path)
made = AdmissionPolicies(
    "admission",
    AdmissionArgs(deployers=Deployers(groups=("platform-team",))),
    opts=pulumi.ResourceOptions(providers=[provider]),
)
pulumi.export("names", made.names)
"""


def test_the_component_puts_its_policies_in_force_and_takes_them_away(tmp_path, control_plane, tools: Toolbox):
    root = make(tmp_path / "project", {"local-admission": {}}, control_plane.kubeconfig)
    (root / "__main__.py").write_text(PROGRAM)
    engine = Engine(Workspace(root=root, state=root / ".local"), tools, quiet=True)
    cluster = Admission(control_plane.kubeconfig)
    with cluster.namespace() as namespace:
        bad = pod(runAsNonRoot=False)
        assert cluster.send(bad, namespace).admitted
        engine.up("local-admission", policies=False)
        try:
            wait(lambda: cluster.send(bad, namespace).denied_by_policy)
            names = [policy.name for policy in policies(ARGS, today=TODAY)]
            assert {name: cluster.type_checking(name) for name in names} == {name: [] for name in names}
            assert f"{2 * len(names) + 3} unchanged" in engine.up("local-admission", policies=False)
        finally:
            engine.destroy("local-admission")
        wait(lambda: cluster.send(bad, namespace).admitted)
