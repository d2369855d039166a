"""Odd pods and workloads from a seed: missing parents, empty lists, nulls, huge lists, unicode.

What the API server's own validation refuses is of no use, so the shapes are odd and the values mostly possible.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Choice = Callable[[random.Random], Any]
ABSENT = object()
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


def of(*values: Any) -> Choice:
    return lambda dice: dice.choice(values)


def mapping(*, strange: float = 0.15, **fields: Choice) -> Choice:
    """A map with some of the fields; sometimes null or empty."""

    def make(dice: random.Random) -> Any:
        if dice.random() < strange:
            return dice.choice((None, {}))
        chosen = {name: choice(dice) for name, choice in fields.items() if dice.random() < 0.45}
        return {name: value for name, value in chosen.items() if value is not ABSENT}

    return make


def listing(item: Choice, most: int = 2, *, huge: int = 0) -> Choice:
    """A list; sometimes null, and rarely huge."""

    def make(dice: random.Random) -> Any:
        if dice.random() < 0.1:
            return None
        count = huge if huge and dice.random() < 0.03 else dice.randint(0, most)
        return [item(dice) for _ in range(count)]

    return make


def required(choice: Choice, **fields: Choice) -> Choice:
    """A map that always has the given fields."""
    return lambda dice: {**(choice(dice) or {}), **{name: field(dice) for name, field in fields.items()}}


def one_of(**fields: Choice) -> Choice:
    """A map with exactly one of the fields."""

    def make(dice: random.Random) -> dict[str, Any]:
        name = dice.choice(sorted(fields))
        return {name: fields[name](dice)}

    return make


def sometimes(choice: Choice) -> Choice:
    """What the choice gives, or null."""
    return lambda dice: choice(dice) if dice.random() < 0.8 else None


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
        value=of(*TEXTS),
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
    strange=0,
    securityContext=SECURITY,
    resources=RESOURCES,
    livenessProbe=PROBE,
    readinessProbe=PROBE,
    startupProbe=PROBE,
    lifecycle=mapping(postStart=HANDLER, preStop=HANDLER),
    env=listing(ENV, 3, huge=300),
    envFrom=listing(ENV_FROM),
    ports=listing(PORT),
    imagePullPolicy=of("Always", "IfNotPresent", "Never", ""),
    stdin=BOOL,
    tty=BOOL,
    command=listing(of("sh", "-c", "--password=hunter2", "ключ"), 3),
    args=listing(of("--token", "a\nb", "https://user:pass@example.com/"), 3),
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
    supplementalGroups=listing(of(0, 1, 2000), huge=200),
    seccompProfile=PROFILE,
    appArmorProfile=PROFILE,
    seLinuxOptions=SELINUX,
    windowsOptions=WINDOWS,
    sysctls=listing(
        required(mapping(), name=of("kernel.shm_rmid_forced", "net.ipv4.tcp_rmem", "kernel.msgmax"), value=of("1", "ж"))
    ),
)
SPEC = mapping(
    strange=0,
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


def objects(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield the objects of a seed: pods, and every kind that makes pods."""
    dice = random.Random(seed)  # noqa: S311 - no secret, and the same objects every time
    for number in range(count):
        kind = dice.choice(("Pod", "Pod", "Pod", *KINDS))
        yield workload(kind, _meta(dice), _spec(dice), f"odd-{number}")


def _meta(dice: random.Random) -> Any:
    return dice.choice((None, {}, {"annotations": ANNOTATIONS(dice), "labels": dice.choice((None, {}, {"a": "b"}))}))


def _spec(dice: random.Random) -> dict[str, Any]:
    spec = SPEC(dice)
    count = 60 if dice.random() < 0.01 else dice.randint(1, 3)
    names = [f"c{number}" for number in range(count)]
    spec["containers"] = [_container(dice, name) for name in names]
    if spec.get("hostUsers") is False:
        for host in ("hostNetwork", "hostPID", "hostIPC"):
            spec.pop(host, None)
        spec["containers"][0].setdefault("securityContext", {"procMount": "Unmasked"})
    if dice.random() < 0.3:
        spec["initContainers"] = dice.choice((None, [], [_container(dice, "init", initial=True)]))
    if dice.random() < 0.4:
        count = 150 if dice.random() < 0.05 else dice.randint(0, 3)
        spec["volumes"] = [{"name": f"v{number}", **SOURCE(dice)} for number in range(count)]
    return spec


def _container(dice: random.Random, name: str, *, initial: bool = False) -> dict[str, Any]:
    made = {**CONTAINER(dice), "name": name, "image": dice.choice(IMAGES)}
    security = made.get("securityContext")
    if security and security.get("capabilities") and "SYS_ADMIN" in (security["capabilities"].get("add") or ()):
        security.pop("allowPrivilegeEscalation", None)  # the API server knows that these two disagree
    if initial:
        made = {key: value for key, value in made.items() if "Probe" not in key and key != "lifecycle"}
    return made


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
