"""What a GKE cluster registers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from components.gcp import Cluster, maintenance
from policies.model import Resource
from policies.values import UNKNOWN
from tests import gke_clusters
from tests.recording import record

ROOT = Path(__file__).parents[3]
CLUSTER = "gcp:container/cluster:Cluster"
POOL = "gcp:container/nodePool:NodePool"
FIREWALL = "gcp:compute/firewall:Firewall"
GRANT = "gcp:projects/iAMMember:IAMMember"
KEY = "gcp:kms/cryptoKey:CryptoKey"


def recorded(**changes) -> dict[str, Resource]:
    args = gke_clusters.args(**changes)
    return record(lambda: Cluster(args.identifier, args) and None)


def of_type(resources: dict[str, Resource], token: str) -> list[Resource]:
    return [each for each in resources.values() if each.type == token]


def only(resources: dict[str, Resource], token: str) -> Resource:
    found = of_type(resources, token)
    assert len(found) == 1, [each.name for each in found]
    return found[0]


def cluster(**changes) -> dict:
    return dict(only(recorded(**changes), CLUSTER).props.plain)


@pytest.mark.parametrize("changes", gke_clusters.MODES.values(), ids=gke_clusters.MODES.keys())
def test_the_cluster_is_private_encrypted_logged_and_has_groups_only_in_every_mode(changes):
    made = cluster(**changes)
    assert made["privateClusterConfig"]["enablePrivateNodes"] is True
    assert made["databaseEncryption"]["state"] == "ENCRYPTED"
    assert made["rbacBindingConfig"] == {
        "enableInsecureBindingSystemAuthenticated": False,
        "enableInsecureBindingSystemUnauthenticated": False,
    }
    assert made["anonymousAuthenticationConfig"] == {"mode": "LIMITED"}
    assert made["enableLegacyAbac"] is False
    assert made["masterAuth"]["clientCertificateConfig"]["issueClientCertificate"] is False
    assert made["authenticatorGroupsConfig"]["securityGroup"] == gke_clusters.SECURITY_GROUP
    assert {"APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"} <= set(made["loggingConfig"]["enableComponents"])
    assert made["deletionProtection"] is True
    assert "nodeVersion" not in made


@pytest.mark.parametrize("changes", gke_clusters.MODES.values(), ids=gke_clusters.MODES.keys())
def test_every_grant_is_known_at_preview_but_those_to_accounts_that_the_stack_makes(changes):
    made = of_type(recorded(**changes), GRANT)
    unknown = {each.name for each in made if each.props.plain["member"] is UNKNOWN}
    assert len(made) > 1
    assert unknown == {"prod-gcp-nodes"}


def test_before_the_api_server_can_be_reached_nothing_lies_inside_the_cluster():
    assert not [key for key in recorded(endpoint={}) if key.startswith("kubernetes:")]


def test_by_its_name_the_api_server_has_no_address_and_takes_no_token_of_a_pod():
    made = cluster(endpoint={"access": "dns"})
    config = made["controlPlaneEndpointsConfig"]
    assert config["ipEndpointsConfig"] == {"enabled": False}
    assert config["dnsEndpointConfig"] == {
        "allowExternalTraffic": True,
        "enableK8sTokensViaDns": False,
        "enableK8sCertsViaDns": False,
    }
    assert "masterAuthorizedNetworksConfig" not in made


def test_a_private_address_is_open_to_the_named_ranges_only_and_the_name_to_nobody_outside():
    made = cluster(endpoint={"privateCidrs": ["10.43.0.0/24"]})
    assert made["privateClusterConfig"]["enablePrivateEndpoint"] is True
    assert made["controlPlaneEndpointsConfig"]["dnsEndpointConfig"]["allowExternalTraffic"] is False
    networks = made["masterAuthorizedNetworksConfig"]
    assert [each["cidrBlock"] for each in networks["cidrBlocks"]] == ["10.43.0.0/24"]
    assert networks["privateEndpointEnforcementEnabled"] is True


def test_a_public_address_is_closed_to_other_customers_of_google():
    made = cluster(endpoint={"access": "public", "publicCidrs": ["192.0.2.0/24"]})
    assert made["privateClusterConfig"]["enablePrivateEndpoint"] is False
    assert made["masterAuthorizedNetworksConfig"]["gcpPublicCidrsAccessEnabled"] is False


def test_autopilot_is_told_nothing_that_it_refuses():
    made = cluster(mode="autopilot")
    assert made["enableAutopilot"] is True
    refused = {"datapathProvider", "enableIntranodeVisibility", "removeDefaultNodePool", "autopilotClusterPolicyConfig"}
    assert not refused & set(made)
    assert of_type(recorded(mode="autopilot"), POOL) == []


def test_what_gke_upgrades_is_no_drift_as_no_version_is_told_unless_one_is_held():
    resources = recorded()
    assert "minMasterVersion" not in only(resources, CLUSTER).props.plain
    assert all("version" not in pool.props.plain for pool in of_type(resources, POOL))
    held = cluster(upgrades={"version": "1.36"})
    assert held["minMasterVersion"] == "1.36"
    (exclusion,) = held["maintenancePolicy"]["maintenanceExclusions"]
    assert exclusion["exclusionOptions"]["scope"] == maintenance.NO_MINOR_UPGRADES


def test_upgrades_come_by_channel_in_the_window_with_their_distance_and_can_be_taken_back():
    made = cluster(upgrades={"channel": "stable", "freezes": [gke_clusters.FREEZE]})
    assert made["releaseChannel"] == {"channel": "STABLE"}
    assert made["gkeAutoUpgradeConfig"] == {"patchMode": "ACCELERATED"}
    assert made["rollbackSafeUpgrade"] == {"controlPlaneSoakDuration": "86400s"}
    policy = made["maintenancePolicy"]
    assert policy["recurringWindow"]["recurrence"] == "FREQ=WEEKLY;BYDAY=SU"
    assert set(policy["disruptionBudget"]) == {"minorVersionDisruptionInterval", "patchVersionDisruptionInterval"}
    assert [each["exclusionName"] for each in policy["maintenanceExclusions"]] == ["freeze-2099-12-14"]


def test_nodes_are_verified_encrypted_and_hide_their_metadata_from_pods():
    pool = only(recorded(), POOL).props.plain
    nodes = pool["nodeConfig"]
    assert nodes["imageType"] == "COS_CONTAINERD"
    assert nodes["shieldedInstanceConfig"] == {"enableSecureBoot": True, "enableIntegrityMonitoring": True}
    assert nodes["workloadMetadataConfig"] == {"mode": "GKE_METADATA"}
    assert nodes["kubeletConfig"] == {"insecureKubeletReadonlyPortEnabled": "FALSE"}
    assert nodes["metadata"] == {"disable-legacy-endpoints": "true", "block-project-ssh-keys": "true"}
    assert pool["deletionPolicy"] == "PREVENT"
    assert pool["upgradeSettings"] == {"strategy": "SURGE", "maxSurge": 1, "maxUnavailable": 0}


def test_a_sandbox_and_a_second_pool_while_nodes_are_replaced_are_named_choices():
    pools = {
        each.props.plain["name"]: each.props.plain
        for each in of_type(
            recorded(
                nodePools=[
                    {"name": "default"},
                    {"name": "sandbox", "isolation": "gvisor", "upgradeStrategy": "blue-green", "deletion": "allowed"},
                ]
            ),
            POOL,
        )
    }
    assert pools["sandbox"]["nodeConfig"]["sandboxConfig"] == {"type": "GVISOR"}
    assert "sandboxConfig" not in pools["default"]["nodeConfig"]
    settings = pools["sandbox"]["upgradeSettings"]
    assert settings["strategy"] == "BLUE_GREEN"
    assert settings["blueGreenSettings"]["standardRolloutPolicy"] == {
        "batchPercentage": 0.33,
        "batchSoakDuration": "600s",
    }
    assert pools["sandbox"]["deletionPolicy"] == "DELETE"


def test_nothing_leaves_the_network_but_by_the_named_ports():
    rules = {each.name: each.props.plain for each in of_type(recorded(), FIREWALL)}
    assert {rule["direction"] for rule in rules.values()} == {"EGRESS"}
    denied = rules["prod-gcp-egress-nothing-else"]
    assert denied["denies"] == [{"protocol": "all"}]
    assert denied["priority"] > max(rule["priority"] for name, rule in rules.items() if "nothing" not in name)
    assert rules["prod-gcp-egress-internet"]["allows"] == [{"protocol": "tcp", "ports": ["443"]}]


def test_without_a_way_out_there_is_no_nat_no_default_route_and_still_a_way_to_google():
    resources = recorded(network={**gke_clusters.NETWORK, "egress": "none"})
    assert of_type(resources, "gcp:compute/routerNat:RouterNat") == []
    assert only(resources, "gcp:compute/network:Network").props.plain["deleteDefaultRoutesOnCreate"] is True
    assert f"{FIREWALL}::prod-gcp-egress-internet" not in resources
    assert only(resources, "gcp:compute/route:Route").props.plain["destRange"] == "199.36.153.8/30"
    zones = {each.props.plain["dnsName"] for each in of_type(resources, "gcp:dns/managedZone:ManagedZone")}
    assert {"googleapis.com.", "pkg.dev.", "gcr.io."} <= zones


def test_every_key_rotates_in_hardware_and_is_used_by_the_agents_of_google_alone():
    resources = recorded()
    for key in of_type(resources, KEY):
        assert key.props.plain["rotationPeriod"] == "7776000s"
        assert key.props.plain["versionTemplate"]["protectionLevel"] == "HSM"
        assert key.props.plain["deletionPolicy"] == "PREVENT"
    members = {
        each.props.plain["member"] for each in of_type(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember")
    }
    assert members
    assert all(each.startswith(f"serviceAccount:service-{gke_clusters.NUMBER}@") for each in members)


def test_the_control_plane_may_keep_the_keys_of_google_by_a_named_choice():
    assert "userManagedKeysConfig" in cluster()
    assert "userManagedKeysConfig" not in cluster(controlPlaneKeys="google")


def test_nodes_have_one_role_and_only_the_break_glass_groups_administer():
    grants = {(each.props.plain["role"], each.props.plain["member"]) for each in of_type(recorded(), GRANT)}
    assert grants == {
        ("roles/container.defaultNodeServiceAccount", UNKNOWN),
        ("roles/container.admin", gke_clusters.BREAK_GLASS),
        ("roles/container.clusterViewer", "group:payments-developers@example.org"),
    }


def test_without_attestors_the_clusters_own_repositories_run_and_nothing_else():
    policy = only(recorded(), "gcp:binaryauthorization/policy:Policy").props.plain
    assert policy["defaultAdmissionRule"]["evaluationMode"] == "ALWAYS_DENY"
    where = f"{gke_clusters.REGION}-docker.pkg.dev/{gke_clusters.PROJECT}"
    assert [each["namePattern"] for each in policy["admissionWhitelistPatterns"]] == [
        f"{where}/prod-gcp-{name}/**" for name in ("payments", "kubernetes", "docker-hub")
    ]


def test_with_attestors_not_even_an_image_of_ones_own_is_let_past():
    attestor = f"projects/{gke_clusters.PROJECT}/attestors/built-by-ci"
    resources = recorded(registry={"repositories": ["payments"], "attestors": [attestor]})
    policy = only(resources, "gcp:binaryauthorization/policy:Policy").props.plain
    assert policy["defaultAdmissionRule"]["requireAttestationsBies"] == [attestor]
    assert "admissionWhitelistPatterns" not in policy


def test_what_the_platform_and_the_mesh_are_made_of_is_let_past_with_attestors_as_well():
    attestor = f"projects/{gke_clusters.PROJECT}/attestors/built-by-ci"
    resources = recorded(mesh={}, registry={"attestors": [attestor], "alsoAllowed": ["quay.io/jetstack"]})
    policy = only(resources, "gcp:binaryauthorization/policy:Policy").props.plain
    past = [each["namePattern"] for each in policy["admissionWhitelistPatterns"]]
    assert past == ["quay.io/jetstack/**", "gcr.io/gke-release/asm/*"]


@pytest.mark.parametrize("path", ["quay.io", "quay.io/jetstack/**", "quay.io/", "https://quay.io/jetstack"])
def test_a_whole_registry_is_never_let_past(path: str):
    with pytest.raises(ValidationError):
        gke_clusters.args(registry={"alsoAllowed": [path]})


def test_an_existing_network_is_left_alone():
    resources = recorded(network=gke_clusters.EXISTING_NETWORK)
    assert not [key for key in resources if key.startswith("gcp:compute/")]
    made = only(resources, CLUSTER).props.plain
    assert made["subnetwork"] == gke_clusters.EXISTING_NETWORK["subnetwork"]
    assert made["ipAllocationPolicy"]["clusterSecondaryRangeName"] == "pods"


def test_what_is_the_projects_can_be_left_to_the_organization():
    resources = recorded(
        registry={"imagePolicy": "organization", "scanning": "organization"}, detection={"auditLogs": "organization"}
    )
    assert of_type(resources, "gcp:binaryauthorization/policy:Policy") == []
    assert of_type(resources, "gcp:projects/iAMAuditConfig:IAMAuditConfig") == []
    assert "gcp:projects/service:Service::prod-gcp-containerscanning" not in resources


def test_disks_are_of_the_type_that_the_machines_take_and_volumes_of_one_that_all_take():
    new, old = {"name": "new", "machineType": "c4d-standard-8"}, {"name": "old"}
    both = recorded(nodePools=[new, old])
    disks = {each.name: each.props.plain["nodeConfig"]["diskType"] for each in of_type(both, POOL)}
    assert disks == {"prod-gcp-new": "hyperdisk-balanced", "prod-gcp-old": "pd-balanced"}
    for pools, volumes in (([new], "hyperdisk-balanced"), ([new, old], "pd-balanced")):
        storage = only(recorded(nodePools=pools), "kubernetes:storage.k8s.io/v1:StorageClass")
        assert storage.props.plain["parameters"]["type"] == volumes


def test_volumes_of_tenants_are_encrypted_with_the_key_of_disks():
    parameters = only(recorded(), "kubernetes:storage.k8s.io/v1:StorageClass").props.plain["parameters"]
    assert parameters["disk-encryption-kms-key"] == (
        f"projects/{gke_clusters.PROJECT}/locations/{gke_clusters.REGION}/keyRings/prod-gcp/cryptoKeys/disks"
    )


def test_settings_are_read_without_the_package_of_google_cloud():
    code = "import sys, components.gcp, components.settings; print('pulumi_gcp' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_the_kubeconfig_holds_no_credential():
    from components.gcp.kubeconfig import kubeconfig

    texts = []

    def program() -> None:
        kubeconfig("c", "192.0.2.1", "Y2E=").apply(texts.append)
        kubeconfig("c", "gke-1.europe-west3.gke.goog", None).apply(texts.append)

    record(program)
    by_address, by_name = (json.loads(text) for text in texts)
    assert by_address["clusters"][0]["cluster"] == {
        "server": "https://192.0.2.1",
        "certificate-authority-data": "Y2E=",
    }
    assert by_name["clusters"][0]["cluster"] == {"server": "https://gke-1.europe-west3.gke.goog"}
    assert set(by_address["users"][0]["user"]) == {"exec"}
    assert by_address["users"][0]["user"]["exec"]["command"] == "gke-gcloud-auth-plugin"
