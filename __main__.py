"""An environment: settings -> preflight -> cluster and tenants -> outputs."""

import os

import pulumi

from components import clock, environment, settings
from components.errors import UserError
from components.existing import kubeconfig
from components.platform import charts
from policies import waivers


def main() -> None:
    """Deploy the stack; a user's error is told without a traceback, before anything is created."""
    try:
        declared = settings.from_pulumi()
        # The in-process preview has no cluster to look at: it takes the declaration at its word.
        if "SECURE_CLUSTERS_OFFLINE" not in os.environ:
            _check_cluster(declared)
            charts.require(declared.platform.charts if declared.platform else ())
        today = clock.today()
        accepted = waivers.for_admission(waivers.load(waivers.FILE, today), pulumi.get_stack(), today)
        outputs = environment.deploy(declared, accepted)
    except UserError as error:
        raise pulumi.RunError(str(error)) from None
    for name, value in outputs.items():
        pulumi.export(name, value)


def _check_cluster(declared: settings.StackSettings) -> None:
    """Compare an existing cluster with what is declared of it; one in a cloud is what this stack makes of it."""
    if isinstance(declared.cluster, settings.ExistingCluster) and declared.kubeconfig:
        from components.existing import preflight

        engine = declared.cluster.network_policy_engine
        preflight.check(engine, kubeconfig.text(declared.kubeconfig), declared.kubeconfig.context)


main()
