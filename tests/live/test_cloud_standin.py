"""The real engine with the stand-ins for clouds: unknown ids at preview, and what a cloud refuses."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.engine import Engine, EngineRefusedError
from local.tools import Toolbox
from tests.live import clouds

pytestmark = pytest.mark.live

AWS_PROGRAM = """\
import pulumi
import pulumi_aws as aws

config = pulumi.Config()
there = pulumi.ResourceOptions(
    provider=aws.Provider("p", region="eu-central-1", allowed_account_ids=["111122223333"])
)
vpc = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16", opts=there)
subnets = [
    aws.ec2.Subnet(zone, vpc_id=vpc.id, cidr_block=f"10.0.{index}.0/24", availability_zone=zone, opts=there)
    for index, zone in enumerate(["eu-central-1a", "eu-central-1b"])
]
role = aws.iam.Role("r", name="r", assume_role_policy="{}", opts=there)
cluster = aws.eks.Cluster(
    "c",
    name=config.get("name") or "c",
    role_arn=role.arn,
    version=config.require("version"),
    deletion_protection=config.get_bool("protected") or False,
    vpc_config=aws.eks.ClusterVpcConfigArgs(subnet_ids=[each.id for each in subnets]),
    access_config=aws.eks.ClusterAccessConfigArgs(authentication_mode=config.get("mode") or "API"),
    opts=pulumi.ResourceOptions.merge(there, pulumi.ResourceOptions(
        ignore_changes=["version"] if config.get_bool("upgradesItself") else [],
    )),
)
pulumi.export("endpoint", cluster.endpoint)
pulumi.export("id", cluster.arn)
"""
GCP_PROGRAM = """\
import pulumi
import pulumi_gcp as gcp

config = pulumi.Config()
there = pulumi.ResourceOptions(provider=gcp.Provider("p", project="example-prod", region="europe-west3"))
network = gcp.compute.Network("v", name="v", auto_create_subnetworks=False, opts=there)
subnet = gcp.compute.Subnetwork(
    "s", name="s", region="europe-west3", network=network.id, ip_cidr_range="10.0.0.0/20", opts=there
)
cluster = gcp.container.Cluster(
    "c",
    name=config.get("name") or "c",
    location="europe-west3",
    network=network.id,
    subnetwork=subnet.id,
    min_master_version=config.require("version"),
    deletion_protection=config.get_bool("protected") or False,
    release_channel=gcp.container.ClusterReleaseChannelArgs(channel=config.get("mode") or "STABLE"),
    private_cluster_config=gcp.container.ClusterPrivateClusterConfigArgs(enable_private_nodes=True),
    opts=there,
)
pulumi.export("endpoint", cluster.private_cluster_config.apply(lambda found: found.private_endpoint))
pulumi.export("id", cluster.id)
"""


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """A program with a cluster in a network, and what is true of it."""

    package: str
    program: str
    cluster: str
    """Type of the cluster."""
    version: str
    """Property with its minor."""
    id: str
    endpoint: str
    """End of the address of its API server."""
    takes: str
    """What the cloud says of the mode EVERYBODY."""


CLOUDS = (
    Cloud(
        package="aws",
        program=AWS_PROGRAM,
        cluster="aws:eks/cluster:Cluster",
        version="version",
        id="arn:aws:eks:eu-central-1:111122223333:cluster/c",
        endpoint=".gr7.eu-central-1.eks.amazonaws.com",
        takes="AWS takes one of API, API_AND_CONFIG_MAP, CONFIG_MAP",
    ),
    Cloud(
        package="gcp",
        program=GCP_PROGRAM,
        cluster="gcp:container/cluster:Cluster",
        version="minMasterVersion",
        id="projects/example-prod/locations/europe-west3/clusters/c",
        endpoint="192.0.2.2",
        takes="Google Cloud takes one of UNSPECIFIED, RAPID, REGULAR, STABLE, EXTENDED",
    ),
)


class Trial:
    """One project whose configuration changes between runs."""

    def __init__(self, cloud: Cloud, root: Path, tools: Toolbox) -> None:
        self.cloud = cloud
        self._root = root
        self._tools = tools
        clouds.write_program(root, cloud.program, {})

    def engine(self, **config: str) -> Engine:
        values = {f"cloud-trial:{key}": value for key, value in config.items()}
        clouds.write_config(self._root, values)
        return clouds.engine(self._root, self._tools, self.cloud.package)


@pytest.fixture(params=CLOUDS, ids=lambda cloud: cloud.package)
def trial(request: pytest.FixtureRequest, tmp_path: Path, tools: Toolbox) -> Trial:
    return Trial(request.param, tmp_path / "project", tools)


def test_ids_are_unknown_before_the_update_and_plausible_after_it(trial: Trial) -> None:
    engine = trial.engine(version="1.35")
    shown = engine.preview("local", policies=False)
    assert "[unknown]" in shown or "output<string>" in shown
    engine.up("local", policies=False, preview=False)
    outputs = engine.outputs("local")
    assert outputs["id"] == trial.cloud.id
    assert outputs["endpoint"].endswith(trial.cloud.endpoint)
    assert "unchanged" in engine.up("local", policies=False, preview=False)
    assert "1 to update" not in engine.preview("local", policies=False)
    engine.destroy("local")
    assert engine.resources("local") == []


def test_a_minor_goes_up_by_one_and_never_down(trial: Trial) -> None:
    trial.engine(version="1.34").up("local", policies=False, preview=False)
    trial.engine(version="1.35").up("local", policies=False, preview=False)
    with pytest.raises(EngineRefusedError) as down:
        trial.engine(version="1.34").up("local", policies=False, preview=False)
    assert "can't go back from 1.35 to 1.34" in down.value.output
    with pytest.raises(EngineRefusedError) as leap:
        trial.engine(version="1.37").up("local", policies=False, preview=False)
    assert "up by one minor at a time" in leap.value.output


def test_a_protected_cluster_is_not_deleted_until_it_is_released(trial: Trial) -> None:
    trial.engine(version="1.35", protected="true").up("local", policies=False, preview=False)
    with pytest.raises(EngineRefusedError) as refused:
        trial.engine(version="1.35", protected="true").destroy("local")
    assert "deletionProtection is on" in refused.value.output
    trial.engine(version="1.35", protected="false").up("local", policies=False, preview=False)
    trial.engine(version="1.35", protected="false").destroy("local")


def test_another_name_is_another_cluster(trial: Trial) -> None:
    trial.engine(version="1.35").up("local", policies=False, preview=False)
    assert "1 replaced" in trial.engine(version="1.35", name="d").up("local", policies=False, preview=False)


def test_what_the_cloud_would_refuse_is_refused_before_anything_is_made(trial: Trial) -> None:
    with pytest.raises(EngineRefusedError) as refused:
        trial.engine(version="1.35", mode="EVERYBODY").preview("local", policies=False)
    assert trial.cloud.takes in refused.value.output


def test_a_refresh_finds_drift_and_the_next_update_puts_it_back(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = trial.engine(version="1.35")
    engine.up("local", policies=False, preview=False)
    drift = {f"{trial.cloud.cluster}::c": {trial.cloud.version: "1.34"}}
    monkeypatch.setenv("SECURE_CLUSTERS_STANDIN_DRIFT", json.dumps(drift))
    engine = trial.engine(version="1.35")
    engine.refresh("local")
    monkeypatch.delenv("SECURE_CLUSTERS_STANDIN_DRIFT")
    assert "1 updated" in trial.engine(version="1.35").up("local", policies=False, preview=False)
