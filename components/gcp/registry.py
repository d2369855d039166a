"""Image repositories beside a GKE cluster, and which images run in it."""

import pulumi
import pulumi_gcp as gcp

from ..cloud import Managed
from ..options import below
from .encryption import Key
from .service_model import GkeRegistry, Upstream
from .site import Site

_UPSTREAMS = {Upstream.KUBERNETES: "https://registry.k8s.io", Upstream.QUAY: "https://quay.io"}
_UNTAGGED = f"{7 * 24 * 3600}s"
_OLD = f"{90 * 24 * 3600}s"
_READER = "roles/artifactregistry.reader"
_BLOCK = "ENFORCED_BLOCK_AND_AUDIT_LOG"


class Registry(pulumi.ComponentResource):
    """Repositories in Artifact Registry whose tags never move, which are scanned and encrypted with a key of their own.

    Repositories of copies fetch public images once, scan them and keep them. Binary Authorization lets run what
    its attestors have vouched for; without any, what lies in these repositories; and what GKE itself, its mesh and the
    platform are made of.

    Controls: those in policies/controls/gcp that judge repositories and Binary Authorization.
    """

    def __init__(
        self,
        name: str,
        site: Site,
        args: GkeRegistry,
        *,
        key: Key | None,
        nodes: pulumi.Input[str],
        proxies: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Create the repositories; their names begin with the cluster's.

        `key` encrypts them, None where there is none to encrypt; `nodes` is the account that pulls, as IAM names it;
        `proxies` is the repository of the mesh's proxies, None where there is no mesh.
        """
        declared = {"cluster": site.name, **args.model_dump(mode="json", by_alias=True)}
        super().__init__("secureclusters:gcp:Registry", name, declared, opts)
        self._site, self._args, self._nodes = site, args, nodes
        self._children = below(self, opts)
        if key is not None:
            for repository in args.repositories:
                self._repository(f"{site.name}-{repository}", key)
            for upstream in args.pull_through:
                self._copies(f"{site.name}-{upstream}", upstream, key)
        if args.image_policy is Managed.HERE:
            self._image_policy(proxies)
        self.register_outputs(declared)

    def _repository(self, name: str, key: Key) -> None:
        made = gcp.artifactregistry.Repository(
            name,
            project=self._site.project,
            location=self._site.region,
            repository_id=name,
            format="DOCKER",
            mode="STANDARD_REPOSITORY",
            kms_key_name=key.id,
            docker_config=gcp.artifactregistry.RepositoryDockerConfigArgs(immutable_tags=True),
            vulnerability_scanning_config=_scanned(),
            cleanup_policies=_tidied(self._args.keep_images),
            labels=self._site.labels,
            opts=pulumi.ResourceOptions(parent=self, depends_on=key.resources),
        )
        self._readable(name, made)

    def _copies(self, name: str, upstream: Upstream, key: Key) -> None:
        public = gcp.artifactregistry.RepositoryRemoteRepositoryConfigDockerRepositoryArgs(
            public_repository="DOCKER_HUB"
        )
        address = _UPSTREAMS.get(upstream)
        other = (
            gcp.artifactregistry.RepositoryRemoteRepositoryConfigCommonRepositoryArgs(uri=address) if address else None
        )
        made = gcp.artifactregistry.Repository(
            name,
            project=self._site.project,
            location=self._site.region,
            repository_id=name,
            format="DOCKER",
            mode="REMOTE_REPOSITORY",
            kms_key_name=key.id,
            remote_repository_config=gcp.artifactregistry.RepositoryRemoteRepositoryConfigArgs(
                description=f"Copies of images of {upstream}",
                docker_repository=None if other else public,
                common_repository=other,
            ),
            vulnerability_scanning_config=_scanned(),
            cleanup_policies=_tidied(self._args.keep_images),
            labels=self._site.labels,
            opts=pulumi.ResourceOptions(parent=self, depends_on=key.resources),
        )
        self._readable(name, made)

    def _readable(self, name: str, repository: gcp.artifactregistry.Repository) -> None:
        gcp.artifactregistry.RepositoryIamMember(
            f"{name}-nodes",
            project=self._site.project,
            location=self._site.region,
            repository=repository.name,
            role=_READER,
            member=self._nodes,
            opts=pulumi.ResourceOptions(parent=repository),
        )

    def _image_policy(self, proxies: str | None) -> None:
        site, args = self._site, self._args
        rule = (
            gcp.binaryauthorization.PolicyDefaultAdmissionRuleArgs(
                evaluation_mode="REQUIRE_ATTESTATION",
                enforcement_mode=_BLOCK,
                require_attestations_bies=list(args.attestors),
            )
            if args.attestors
            else gcp.binaryauthorization.PolicyDefaultAdmissionRuleArgs(
                evaluation_mode="ALWAYS_DENY", enforcement_mode=_BLOCK
            )
        )
        # An image that is let past is not asked for its attestation: with attestors nothing of one's own is.
        known = () if args.attestors else (*args.repositories, *args.pull_through)
        past = [f"{site.names.images(f'{site.name}-{each}')}/**" for each in known]
        past += [f"{each}/**" for each in args.also_allowed]
        past += [f"{proxies.rpartition('/')[0]}/*"] if proxies else []
        gcp.binaryauthorization.Policy(
            f"{site.name}-images",
            project=site.project,
            description=f"What the clusters of {site.project} run",
            default_admission_rule=rule,
            admission_whitelist_patterns=[
                gcp.binaryauthorization.PolicyAdmissionWhitelistPatternArgs(name_pattern=each) for each in past
            ]
            or None,
            # What GKE runs in kube-system is judged by Google's own list.
            global_policy_evaluation_mode="ENABLE",
            opts=self._children,
        )


def _scanned() -> gcp.artifactregistry.RepositoryVulnerabilityScanningConfigArgs:
    return gcp.artifactregistry.RepositoryVulnerabilityScanningConfigArgs(enablement_config="INHERITED")


def _tidied(keep: int) -> list[gcp.artifactregistry.RepositoryCleanupPolicyArgs]:
    """Return the rules by which images go: untagged ones after a week, others after 90 days, the newest never."""
    condition = gcp.artifactregistry.RepositoryCleanupPolicyConditionArgs
    return [
        gcp.artifactregistry.RepositoryCleanupPolicyArgs(
            id="untagged", action="DELETE", condition=condition(tag_state="UNTAGGED", older_than=_UNTAGGED)
        ),
        gcp.artifactregistry.RepositoryCleanupPolicyArgs(
            id="old", action="DELETE", condition=condition(tag_state="ANY", older_than=_OLD)
        ),
        gcp.artifactregistry.RepositoryCleanupPolicyArgs(
            id="newest",
            action="KEEP",
            most_recent_versions=gcp.artifactregistry.RepositoryCleanupPolicyMostRecentVersionsArgs(keep_count=keep),
        ),
    ]
