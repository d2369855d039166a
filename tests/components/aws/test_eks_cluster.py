"""What an EKS cluster registers."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from components.aws import Cluster, EksClusterArgs
from policies.model import Resource
from policies.values import UNKNOWN
from tests import eks_clusters
from tests.recording import record

ROOT = Path(__file__).parents[3]


def recorded(**changes) -> dict[str, Resource]:
    args = eks_clusters.args(**changes)
    return record(lambda: Cluster(args.identifier, args) and None)


def of_type(resources: dict[str, Resource], token: str) -> list[Resource]:
    return [each for each in resources.values() if each.type == token]


def only(resources: dict[str, Resource], token: str) -> Resource:
    found = of_type(resources, token)
    assert len(found) == 1, [each.name for each in found]
    return found[0]


@pytest.mark.parametrize("changes", eks_clusters.MODES.values(), ids=eks_clusters.MODES.keys())
def test_the_cluster_is_private_encrypted_logged_and_has_named_administrators_in_every_mode(changes):
    cluster = only(recorded(**changes), "aws:eks/cluster:Cluster").props.plain
    assert cluster["vpcConfig"]["endpointPrivateAccess"] is True
    assert cluster["vpcConfig"]["endpointPublicAccess"] is False
    assert cluster["encryptionConfig"]["resources"] == ["secrets"]
    assert set(cluster["enabledClusterLogTypes"]) == {"api", "audit", "authenticator", "controllerManager", "scheduler"}
    assert cluster["accessConfig"] == {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}
    assert cluster["deletionProtection"] is True


@pytest.mark.parametrize("changes", eks_clusters.MODES.values(), ids=eks_clusters.MODES.keys())
def test_every_policy_document_is_known_at_preview(changes):
    resources = recorded(**changes)
    documents = [
        (key, each.props.plain[name])
        for key, each in resources.items()
        if each.type.startswith("aws:")
        for name in ("policy", "assumeRolePolicy")
        if name in each.props.plain and "Key" not in name
    ]
    assert documents
    for key, document in documents:
        assert document is not UNKNOWN, key
        json.loads(document)


def test_before_the_api_server_can_be_reached_nothing_lies_inside_the_cluster():
    resources = recorded(endpoint={})
    assert not [key for key in resources if key.startswith("kubernetes:")]


def test_strict_network_policies_come_with_the_policies_that_the_system_needs():
    resources = recorded()
    settings = json.loads(resources["aws:eks/addon:Addon::prod-aws-vpc-cni"].props.plain["configurationValues"])
    assert settings["enableNetworkPolicy"] == "true"
    assert settings["env"]["NETWORK_POLICY_ENFORCING_MODE"] == "strict"
    names = {each.name for each in of_type(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy")}
    assert names == {"prod-aws-system", "prod-aws-system-dns"}


def test_without_a_way_in_the_network_policies_are_standard_as_strict_ones_would_cut_off_dns():
    resources = recorded(endpoint={})
    settings = json.loads(resources["aws:eks/addon:Addon::prod-aws-vpc-cni"].props.plain["configurationValues"])
    assert settings["env"]["NETWORK_POLICY_ENFORCING_MODE"] == "standard"


def test_with_cilium_the_vpc_cni_enforces_nothing():
    resources = recorded(networkPolicyEngine="cilium")
    assert "configurationValues" not in resources["aws:eks/addon:Addon::prod-aws-vpc-cni"].props.plain


def test_nodes_are_bottlerocket_without_shell_and_hide_their_metadata_from_pods():
    resources = recorded()
    group = only(resources, "aws:eks/nodeGroup:NodeGroup").props.plain
    template = only(resources, "aws:ec2/launchTemplate:LaunchTemplate").props.plain
    assert group["amiType"] == "BOTTLEROCKET_x86_64"
    assert "remoteAccess" not in group
    assert "keyName" not in template
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    assert [each["ebs"]["encrypted"] for each in template["blockDeviceMappings"]] == ["true", "true"]
    text = base64.b64decode(template["userData"]).decode()
    assert 'lockdown = "integrity"' in text
    assert "[settings.host-containers.admin]\nenabled = false" in text
    assert "[settings.host-containers.control]\nenabled = false" in text


def test_a_session_on_nodes_is_a_named_choice_of_one_group():
    resources = recorded(nodeGroups=[{"name": "open", "access": "ssm"}, {"name": "closed"}])
    attached = {
        each.props.plain["policyArn"].rpartition("/")[2]: each.props.plain["role"]
        for each in of_type(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if "SSM" in each.props.plain["policyArn"]
    }
    assert attached == {"AmazonSSMManagedInstanceCore": "prod-aws-nodes-open"}


def test_no_node_may_configure_the_network_or_read_the_account():
    resources = recorded()
    attached = {
        each.props.plain["policyArn"].rpartition("/")[2]
        for each in of_type(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if each.props.plain["role"] == "prod-aws-nodes-default"
    }
    assert attached == {"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly"}


def test_key_policies_name_roles_and_the_account_and_nobody_else():
    for key in of_type(recorded(), "aws:kms/key:Key"):
        assert key.props.plain["enableKeyRotation"] is True
        for statement in json.loads(key.props.plain["policy"])["Statement"]:
            principals = statement["Principal"].get("AWS", [])
            assert all(each.endswith(":root") or ":role/" in each for each in principals), key.name
            assert not [each for each in principals if ":assumed-role/" in each or "*" in each]


def test_administering_a_key_is_not_using_it():
    for key in of_type(recorded(), "aws:kms/key:Key"):
        administer = json.loads(key.props.plain["policy"])["Statement"][0]
        assert administer["Sid"] == "Administer"
        assert not {"kms:Decrypt", "kms:Encrypt", "kms:*"} & set(administer["Action"])


def test_only_the_break_glass_roles_and_the_deployer_administer_the_cluster():
    access = [{"role": f"arn:aws:iam::{eks_clusters.ACCOUNT}:role/developers", "groups": ["payments-developers"]}]
    resources = recorded(access=access)
    administrators = {
        each.props.plain["principalArn"]
        for each in of_type(resources, "aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    }
    assert administrators == {eks_clusters.DEPLOYER, eks_clusters.BREAK_GLASS}
    groups = {
        each.props.plain["principalArn"]: each.props.plain["kubernetesGroups"]
        for each in of_type(resources, "aws:eks/accessEntry:AccessEntry")
    }
    assert groups[access[0]["role"]] == ["payments-developers"]
    assert groups[eks_clusters.DEPLOYER] == ["secure-clusters-deployers"]


def test_a_network_without_a_way_out_has_no_gateway_and_no_public_subnet():
    resources = recorded(network={**eks_clusters.NETWORK, "egress": "none"})
    gateways = ("aws:ec2/internetGateway:InternetGateway", "aws:ec2/natGateway:NatGateway")
    assert not [each for token in gateways for each in of_type(resources, token)]
    assert not [each.name for each in of_type(resources, "aws:ec2/subnet:Subnet") if "public" in each.name]
    assert not of_type(resources, "aws:ec2/route:Route")


def test_one_nat_gateway_serves_every_zone_where_that_is_asked_for():
    resources = recorded(network={**eks_clusters.NETWORK, "egress": "single-nat-gateway"})
    assert len(of_type(resources, "aws:ec2/natGateway:NatGateway")) == 1
    private = [each for each in of_type(resources, "aws:ec2/route:Route") if "private" in each.name]
    assert len(private) == 3


def test_an_existing_network_is_left_alone():
    resources = recorded(network=eks_clusters.EXISTING_NETWORK)
    assert not [key for key in resources if key.startswith(("aws:ec2/vpc", "aws:ec2/subnet", "aws:ec2/route"))]


def test_auto_mode_replaces_nodes_in_the_window_only_and_denies_by_default():
    resources = recorded(mode="auto", upgrades={"window": {"day": "saturday", "start": "22:30", "hours": 8}})
    pool = resources["kubernetes:karpenter.sh/v1:NodePool::prod-aws-node-pool"].props.plain["spec"]
    closed = pool["disruption"]["budgets"][1]
    assert closed == {"nodes": "0", "reasons": ["Drifted"], "schedule": "30 6 * * 0", "duration": "160h"}
    node_class = resources["kubernetes:eks.amazonaws.com/v1:NodeClass::prod-aws-node-class"].props.plain["spec"]
    assert node_class["networkPolicy"] == "DefaultDeny"


def test_auto_mode_has_no_add_on_or_node_group_of_ours():
    resources = recorded(mode="auto")
    assert not of_type(resources, "aws:eks/addon:Addon")
    assert not of_type(resources, "aws:eks/nodeGroup:NodeGroup")


def test_the_kubeconfig_signs_in_anew_each_time_and_holds_no_credential():
    from components.aws.kubeconfig import kubeconfig

    found: list[str] = []
    record(lambda: kubeconfig("c", "eu-central-1", "https://c.example", "Q0E=").apply(found.append) and None)
    config = json.loads(found[0])
    assert config["users"][0]["user"].keys() == {"exec"}
    assert config["clusters"][0]["cluster"]["server"] == "https://c.example"


def test_settings_are_read_without_the_package_of_any_cloud():
    program = "import sys; import components.settings; print([m for m in sys.modules if m.startswith('pulumi_aws')])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_identifier_that_makes_role_names_too_long_is_refused():
    with pytest.raises(ValueError, match="at most 40"):
        EksClusterArgs.model_validate(eks_clusters.settings(identifier="a" * 41))


def test_copies_of_public_images_are_made_by_a_role_that_can_make_them_and_nothing_else():
    resources = recorded()
    key = resources["aws:kms/key:Key::prod-aws-images"].props.plain
    granted = [each for each in json.loads(key["policy"])["Statement"] if each["Sid"] == "CreateRepositories"]
    assert [name.rpartition("/")[2] for name in granted[0]["Principal"]["AWS"]] == [
        "secure-clusters-deployer",
        "prod-aws-image-copies",
    ]
    policy = json.loads(resources["aws:iam/rolePolicy:RolePolicy::prod-aws-image-copies-make"].props.plain["policy"])
    assert policy["Statement"][0]["Resource"] == [
        f"arn:aws:ecr:eu-central-1:{eks_clusters.ACCOUNT}:repository/prod-aws/kubernetes/*"
    ]
    assert not [key for key in recorded(registry={}) if "image-copies" in key]


def test_in_auto_mode_tenants_may_ask_the_dns_of_the_nodes_as_there_is_none_in_pods():
    from components.tenancy import Tenant, TenantArgs

    tenant = TenantArgs.model_validate({"name": "shop", "owner": "shop-team", "namespaces": [{"name": "web"}]})

    def program(mode: str):
        cluster = Cluster("prod-aws", eks_clusters.args(mode=mode))
        Tenant(tenant, cluster.handle)

    for mode, ranges in (("managed-nodes", []), ("auto", ["172.20.0.0/16", "10.40.0.0/16"])):
        policies = record(lambda mode=mode: program(mode))
        spec = policies["kubernetes:networking.k8s.io/v1:NetworkPolicy::shop-web-allow-dns"].props.plain["spec"]
        assert [each["ipBlock"]["cidr"] for each in spec["egress"][0]["to"] if "ipBlock" in each] == ranges
