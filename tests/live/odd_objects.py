"""Odd pods and workloads: missing parents, empty lists, nulls, huge lists, unicode.

What the API server's own validation refuses is of no use, so the shapes are odd and the values mostly possible.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

Choice = st.SearchStrategy[Any]
DIGEST = "@sha256:" + "0123456789abcdef" * 4
IMAGES = (
    f"registry.k8s.io/pause{DIGEST}",
    "registry.k8s.io/pause:3.10",
    "registry.k8s.io/pause:latest",
    "registry.k8s.io/pause",
    "registry.k8s.io.evil.example/pause:1",
    "nginx",
    "REGISTRY.K8S.IO/pause:1",
    "registry.k8s.io:443/pause:1",
    f"реестр.example/под{DIGEST}",
    f"registry.k8s.io/пауза:latest{DIGEST}",
)
TEXTS = ("", "x", "пароль", "hunter2 \U0001f511", "a\nb", "'\"\\", "-----BEGIN PRIVATE KEY-----", "x" * 3000)
NAMES = ("PLAIN", "DB_PASSWORD", "api_token", "SECRET_KEY", "PATH", "a.dotted-name")


HUGE = 300
"""Items of a list that is huge; one of a hundred lists is."""


def of(*values: Any) -> Choice:
    return st.sampled_from(values)


def mapping(*, strange: bool = True, **fields: Choice) -> Choice:
    """A map with some of the fields; sometimes null or empty."""
    some = st.fixed_dictionaries({}, optional=fields)
    return st.one_of(*[some] * 6, st.none(), st.just({})) if strange else some


def listing(item: Choice, most: int = 2, *, huge: bool = False) -> Choice:
    """A list; sometimes null, and rarely huge."""
    some = st.lists(item, max_size=most)
    many = item.map(lambda value: [value] * HUGE)
    return st.integers(0, 99).flatmap(lambda dice: many if huge and dice == 1 else st.none() if dice < 10 else some)


def required(choice: Choice, **fields: Choice) -> Choice:
    """A map that always has the given fields."""
    return st.builds(lambda some, always: {**(some or {}), **always}, choice, st.fixed_dictionaries(fields))


def one_of(**fields: Choice) -> Choice:
    """A map with exactly one of the fields."""
    return st.one_of(*(st.fixed_dictionaries({name: choice}) for name, choice in fields.items()))


def sometimes(choice: Choice) -> Choice:
    """What the choice gives, or null."""
    return st.one_of(choice, choice, choice, st.none())


def text(*values: str) -> Choice:
    """One of the texts, or any other that the API server can be sent."""
    return st.one_of(of(*values), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20))


BOOL = of(True, False, None)
USER = of(0, 1, 1000, 10000, 20000, None)
PROFILE = of(None, {"type": "RuntimeDefault"}, {"type": "Unconfined"}, {"type": "Localhost", "localhostProfile": "a"})
SELINUX = mapping(
    type=of("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", "тип"),
    user=of("", "system_u"),
    role=of("", "system_r"),
    level=of("", "s0:c123,c456"),
)
WINDOWS = mapping(hostProcess=of(False, None), runAsUserName=of("ContainerUser"))
CAPABILITIES = mapping(
    drop=listing(of("ALL", "all", "NET_RAW", "CAP_ALL", "")),
    add=listing(of("NET_BIND_SERVICE", "CHOWN", "SYS_ADMIN", "NET_RAW", "net_bind_service", "ÄLL"), 3),
)
SECURITY = mapping(
    allowPrivilegeEscalation=BOOL,
    runAsNonRoot=BOOL,
    runAsUser=USER,
    runAsGroup=USER,
    readOnlyRootFilesystem=BOOL,
    capabilities=CAPABILITIES,
    seccompProfile=PROFILE,
    appArmorProfile=PROFILE,
    seLinuxOptions=SELINUX,
    procMount=of(None, "Default"),
    windowsOptions=WINDOWS,
)
QUANTITIES = mapping(cpu=of("100m", 1), memory=of("64Mi", 1048576), **{"ephemeral-storage": of("1Gi")})  # pyright: ignore[reportArgumentType] - none is called strange
RESOURCES = mapping(limits=QUANTITIES)
HANDLER = one_of(
    exec=required(mapping(), command=of(["true"], ["sh", "-c", "true"], ["/bin/bash"], ["привет"])),
    httpGet=required(mapping(host=of("", "127.0.0.1", "example.com"), path=of("/", "/ж")), port=of(80, "http")),
    tcpSocket=required(mapping(host=of("", "10.0.0.1")), port=of(80)),
)
PROBE = sometimes(HANDLER)
ENV = required(
    one_of(
        value=text(*TEXTS),
        valueFrom=one_of(
            secretKeyRef=of({"name": "s", "key": "k"}),
            configMapKeyRef=of({"name": "c", "key": "k"}),
            fieldRef=of({"fieldPath": "metadata.name"}),
        ),
    ),
    name=of(*NAMES),
)
ENV_FROM = one_of(secretRef=of({"name": "s"}), configMapRef=of({"name": "c"}))
PORT = required(mapping(hostPort=of(0, 80, 8080), protocol=of("TCP", "UDP")), containerPort=of(80, 8080))
CONTAINER = mapping(
    strange=False,
    securityContext=SECURITY,
    resources=RESOURCES,
    livenessProbe=PROBE,
    readinessProbe=PROBE,
    startupProbe=PROBE,
    lifecycle=mapping(postStart=HANDLER, preStop=HANDLER),
    env=listing(ENV, 3, huge=True),
    envFrom=listing(ENV_FROM),
    ports=listing(PORT),
    imagePullPolicy=of("Always", "IfNotPresent", "Never", ""),
    stdin=BOOL,
    tty=BOOL,
    command=listing(text("sh", "-c", "--password=hunter2", "ключ"), 3),
    args=listing(text("--token", "a\nb", "https://user:pass@example.com/"), 3),
    workingDir=of("/", ""),
    terminationMessagePolicy=of("File", ""),
)
SOURCE = one_of(
    emptyDir=mapping(sizeLimit=of("1Gi"), medium=of("", "Memory")),
    hostPath=of({"path": "/"}, {"path": "/var/run/docker.sock"}, {"path": "/etc/kubernetes", "type": ""}),
    secret=of({"secretName": "s"}),
    configMap=of({"name": "c"}),
    persistentVolumeClaim=of({"claimName": "p"}),
    downwardAPI=of({}, {"items": []}),
    projected=of(
        {"sources": []},
        {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 600}}]},
        {"sources": [{"serviceAccountToken": {"path": "t", "expirationSeconds": 864000}}]},
        {"sources": None},
    ),
    nfs=of({"server": "n", "path": "/"}),
    csi=of({"driver": "d.example"}),
    image=of({"reference": "nginx:latest"}, {"reference": f"registry.k8s.io/a{DIGEST}"}),
)
TOLERATION = of(
    {"operator": "Exists"},
    {"key": "node-role.kubernetes.io/control-plane", "operator": "Exists", "effect": "NoSchedule"},
    {"key": "a", "operator": "Equal", "value": "b"},
)
POD_SECURITY = mapping(
    runAsNonRoot=BOOL,
    runAsUser=USER,
    runAsGroup=USER,
    fsGroup=USER,
    supplementalGroups=listing(of(0, 1, 2000), huge=True),
    seccompProfile=PROFILE,
    appArmorProfile=PROFILE,
    seLinuxOptions=SELINUX,
    windowsOptions=WINDOWS,
    sysctls=listing(
        required(mapping(), name=of("kernel.shm_rmid_forced", "net.ipv4.tcp_rmem", "kernel.msgmax"), value=of("1", "ж"))
    ),
)
SPEC = mapping(
    strange=False,
    securityContext=POD_SECURITY,
    hostNetwork=BOOL,
    hostPID=BOOL,
    hostIPC=BOOL,
    hostUsers=BOOL,
    shareProcessNamespace=BOOL,
    automountServiceAccountToken=BOOL,
    enableServiceLinks=BOOL,
    serviceAccountName=of("", "default"),
    tolerations=listing(TOLERATION),
    hostAliases=listing(of({"ip": "127.0.0.1", "hostnames": ["a"]}, {"ip": "10.0.0.1"})),
    nodeName=of("", "node-1"),
    nodeSelector=of(None, {}, {"a": "b"}),
    topologySpreadConstraints=of(None, []),
    affinity=of(None, {}, {"podAntiAffinity": {}}),
    terminationGracePeriodSeconds=of(0, 30),
)
ANNOTATIONS = of(
    None,
    {},
    {"note": "пометка"},
    {"container.apparmor.security.beta.kubernetes.io/c0": "unconfined"},
    {"container.apparmor.security.beta.kubernetes.io/c0": "runtime/default"},
    {"container.apparmor.security.beta.kubernetes.io/c0": "localhost/a"},
)


_GROUPS: Mapping[str, Sequence[str]] = {
    "apps/v1": ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
    "batch/v1": ("Job", "CronJob"),
    "v1": ("ReplicationController", "Pod"),
}
KINDS = tuple(kind for kinds in _GROUPS.values() for kind in kinds if kind != "Pod")


def workload(kind: str, meta: Any, spec: dict[str, Any], name: str = "odd") -> dict[str, Any]:
    """Wrap a pod's spec in a kind's way, with what the API server asks of the kind."""
    version = next(version for version, kinds in _GROUPS.items() if kind in kinds)
    top = {"apiVersion": version, "kind": kind, "metadata": {"name": name}}
    if kind == "Pod":
        return {**top, "metadata": {**(meta or {}), "name": name}, "spec": spec}
    labels = {**((meta or {}).get("labels") or {}), "app": name}
    template = {"metadata": {**(meta or {}), "labels": labels}, "spec": spec}
    if version == "batch/v1":
        template = {**({"metadata": meta} if meta is not None else {}), "spec": {**spec, "restartPolicy": "Never"}}
        job = {"template": template}
        return {**top, "spec": job if kind == "Job" else {"schedule": "@daily", "jobTemplate": {"spec": job}}}
    selector = {"app": name}
    if kind != "ReplicationController":
        return {**top, "spec": {"selector": {"matchLabels": selector}, "template": template}}
    return {**top, "spec": {"selector": selector, "template": template}}


META = st.one_of(
    st.none(), st.just({}), st.fixed_dictionaries({"annotations": ANNOTATIONS, "labels": of(None, {}, {"a": "b"})})
)


@st.composite
def _container(draw: st.DrawFn, name: str, *, initial: bool = False) -> dict[str, Any]:
    made = {**draw(CONTAINER), "name": name, "image": draw(of(*IMAGES))}
    security = made.get("securityContext")
    if security and security.get("capabilities") and "SYS_ADMIN" in (security["capabilities"].get("add") or ()):
        security.pop("allowPrivilegeEscalation", None)  # the API server knows that these two disagree
    if initial:
        made = {key: value for key, value in made.items() if "Probe" not in key and key != "lifecycle"}
    return made


@st.composite
def _spec(draw: st.DrawFn) -> dict[str, Any]:
    spec = draw(SPEC)
    spec["containers"] = [draw(_container(f"c{number}")) for number in range(draw(st.integers(1, 3)))]
    if draw(st.integers(0, 99)) == 1:
        # Not with a huge list in each: the pack's runtime ends after 10,000 iterations, with an error.
        one = {key: value for key, value in spec["containers"][0].items() if len(str(value)) < HUGE}
        spec["containers"] = [{**one, "name": f"c{number}"} for number in range(60)]
    if spec.get("hostUsers") is False:
        for host in ("hostNetwork", "hostPID", "hostIPC"):
            spec.pop(host, None)
        spec["containers"][0].setdefault("securityContext", {"procMount": "Unmasked"})
    if draw(st.integers(0, 2)) == 0:
        spec["initContainers"] = draw(
            st.one_of(st.none(), st.just([]), _container("init", initial=True).map(lambda one: [one]))
        )
    if draw(st.booleans()):
        sources = draw(listing(sometimes(SOURCE), 3, huge=True)) or ()
        spec["volumes"] = [{"name": f"v{number}", **(source or {})} for number, source in enumerate(sources)]
    return spec


@st.composite
def odd_objects(draw: st.DrawFn) -> dict[str, Any]:
    """A pod, or one of the kinds that make pods."""
    return workload(draw(of("Pod", "Pod", "Pod", *KINDS)), draw(META), draw(_spec()))


def objects(count: int) -> list[dict[str, Any]]:
    """Return so many odd objects, the same ones every time."""
    made: list[dict[str, Any]] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(odd_objects())
    def collect(manifest: dict[str, Any]) -> None:
        made.append({**manifest, "metadata": {**manifest["metadata"], "name": f"odd-{len(made)}"}})

    collect()
    return made
