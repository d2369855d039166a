"""The real engine with the stand-in for AWS: unknown ids at preview, and what a cloud refuses."""

import json
from pathlib import Path

import pytest

from local.engine import Engine, EngineRefusedError
from local.tools import Toolbox
from tests.live import clouds

pytestmark = pytest.mark.live

PROGRAM = """\
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
pulumi.export("arn", cluster.arn)
"""


class Trial:
    """One project whose configuration changes between runs."""

    def __init__(self, root: Path, tools: Toolbox) -> None:
        self._root = root
        self._tools = tools
        clouds.write_program(root, PROGRAM, {})

    def engine(self, **config: str) -> Engine:
        values = {f"cloud-trial:{key}": value for key, value in config.items()}
        clouds.write_config(self._root, values)
        return clouds.engine(self._root, self._tools, "aws")


@pytest.fixture
def trial(tmp_path: Path, tools: Toolbox) -> Trial:
    return Trial(tmp_path / "project", tools)


def test_ids_are_unknown_before_the_update_and_plausible_after_it(trial: Trial) -> None:
    engine = trial.engine(version="1.35")
    shown = engine.preview("local", policies=False)
    assert "[unknown]" in shown or "output<string>" in shown
    engine.up("local", policies=False)
    outputs = engine.outputs("local")
    assert outputs["arn"] == "arn:aws:eks:eu-central-1:111122223333:cluster/c"
    assert outputs["endpoint"].endswith(".gr7.eu-central-1.eks.amazonaws.com")
    assert "unchanged" in engine.up("local", policies=False)
    assert "1 to update" not in engine.preview("local", policies=False)
    engine.destroy("local")
    assert engine.resources("local") == []


def test_a_minor_goes_up_by_one_and_never_down(trial: Trial) -> None:
    trial.engine(version="1.34").up("local", policies=False)
    trial.engine(version="1.35").up("local", policies=False)
    with pytest.raises(EngineRefusedError) as down:
        trial.engine(version="1.34").up("local", policies=False)
    assert "can't go back from 1.35 to 1.34" in down.value.output
    with pytest.raises(EngineRefusedError) as leap:
        trial.engine(version="1.37").up("local", policies=False)
    assert "up by one minor at a time" in leap.value.output


def test_a_protected_cluster_is_not_deleted_until_it_is_released(trial: Trial) -> None:
    trial.engine(version="1.35", protected="true").up("local", policies=False)
    with pytest.raises(EngineRefusedError) as refused:
        trial.engine(version="1.35", protected="true").destroy("local")
    assert "deletionProtection is on" in refused.value.output
    trial.engine(version="1.35", protected="false").up("local", policies=False)
    trial.engine(version="1.35", protected="false").destroy("local")


def test_another_name_is_another_cluster(trial: Trial) -> None:
    trial.engine(version="1.35").up("local", policies=False)
    assert "1 replaced" in trial.engine(version="1.35", name="d").up("local", policies=False)


def test_what_aws_would_refuse_is_refused_before_anything_is_made(trial: Trial) -> None:
    with pytest.raises(EngineRefusedError) as refused:
        trial.engine(version="1.35", mode="EVERYBODY").preview("local", policies=False)
    assert "AWS takes one of API, API_AND_CONFIG_MAP, CONFIG_MAP" in refused.value.output


def test_a_refresh_finds_drift_and_the_next_update_puts_it_back(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = trial.engine(version="1.35")
    engine.up("local", policies=False)
    monkeypatch.setenv("SECURE_CLUSTERS_STANDIN_DRIFT", json.dumps({"aws:eks/cluster:Cluster::c": {"version": "1.34"}}))
    engine = trial.engine(version="1.35")
    engine.refresh("local")
    monkeypatch.delenv("SECURE_CLUSTERS_STANDIN_DRIFT")
    assert "1 updated" in trial.engine(version="1.35").up("local", policies=False)
