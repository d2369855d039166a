"""`python -m preview` as its user runs it: exit codes, formats, errors without a traceback."""

import datetime
import gc
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policies import clock
from preview import __main__

ROOT = Path(__file__).parents[2]
WEAK = """\
config:
  secure-clusters:owner: platform-team
  secure-clusters:cluster: {kind: existing, identifier: x, networkPolicyEngine: none}
  secure-clusters:kubeconfig: {from: secret, content: {secure: v1:abc}}
  secure-clusters:admission: {deployers: {groups: [deployers]}}
"""

BILLION_LAUGHS = "\n".join(
    ["config:", "  a: &a0 [x]", *(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))]
)


def preview(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "preview", *arguments],
        cwd=project,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def stack(project: Path, name: str, text: str) -> None:
    (project / "stacks" / f"Pulumi.{name}.yaml").write_text(text)


def test_every_environment_of_this_repository_is_allowed(tmp_path: Path) -> None:
    """On a machine without charts; with them, test_prod_environments.py."""
    done = preview(ROOT, "--format", "json", SECURE_CLUSTERS_CACHE=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert {each["name"] for each in report["stacks"]} >= {"local", "local-cluster", "local-tenants"}
    for each in report["stacks"]:
        assert each["verdicts"], "something was judged"
        seen = [verdict for verdict in each["verdicts"] if verdict["control"] != "platform-chart-rendered"]
        assert {verdict["outcome"] for verdict in seen} <= {"pass", "not-applicable", "waived"}


def test_the_text_report_shows_the_tree_the_controls_and_a_summary() -> None:
    done = preview(ROOT, "local")
    assert "Tenant payments" in done.stdout
    assert "NetworkPolicy payments-web-default-deny" in done.stdout
    assert "namespace-default-deny" in done.stdout
    assert "local: allowed" in done.stdout
    assert "pulumi:providers" not in done.stdout, "the engine's bookkeeping stays out"


def test_a_weakened_stack_is_denied_with_the_control_and_the_fix(project: Path) -> None:
    stack(project, "weak", WEAK)
    done = preview(project, "weak")
    assert done.returncode == 1
    assert "fail cluster-enforces-network-policy secureclusters:existing:Cluster::x" in done.stdout
    assert "fix: Install a network plugin" in done.stdout
    assert "weak: denied" in done.stdout


def test_a_weakened_stack_is_denied_in_the_html_report_as_well(project: Path) -> None:
    stack(project, "weak", WEAK)
    done = preview(project, "weak", "--format", "html", "--output", "report.html")
    assert done.returncode == 1, done.stderr
    page = (project / "report.html").read_text()
    assert "1 environment is denied." in page
    assert 'id="control-cluster-enforces-network-policy"' in page
    assert "Install a network plugin" in page
    assert "v1:abc" not in page


def test_a_waived_risk_is_allowed_and_shown_with_its_owner(project: Path) -> None:
    stack(project, "weak", WEAK)
    end = clock.today() + datetime.timedelta(days=30)
    (project / "stacks" / "waivers.yaml").write_text(
        f"""waivers:
  - control: cluster-enforces-network-policy
    stack: weak
    resource: "*::x"
    reason: The plugin is being replaced this month.
    owner: network-team
    expires: {end}
"""
    )
    done = preview(project, "weak")
    assert done.returncode == 0, done.stdout
    assert f"waived by network-team until {end}" in done.stdout
    assert preview(project, "local").returncode == 0, "a waiver of another stack is no concern"


def test_secrets_are_previewed_without_a_passphrase_and_never_shown(project: Path) -> None:
    stack(project, "weak", WEAK)
    done = preview(project, "weak", "--format", "json", PULUMI_CONFIG_PASSPHRASE="")
    assert "v1:abc" not in done.stdout + done.stderr


def test_a_tenants_stack_reads_what_its_cluster_stack_exports(project: Path) -> None:
    file = project / "stacks" / "Pulumi.local-cluster.yaml"
    file.write_text(file.read_text().replace("no-nodes", "none"))
    done = preview(project, "local-tenants")
    assert done.returncode == 1
    assert "cluster-enforces-network-policy secureclusters:tenancy:Tenant::shop" in done.stdout


def test_a_tenants_stack_of_a_foreign_cluster_is_unknown_and_denied_only_when_strict(project: Path) -> None:
    file = project / "stacks" / "Pulumi.local-tenants.yaml"
    file.write_text(file.read_text().replace("secure-clusters/local-cluster", "other/prod"))
    assert preview(project, "local-tenants").returncode == 0
    strict = preview(project, "local-tenants", "--strict")
    assert strict.returncode == 1
    assert "unknown cluster-enforces-network-policy" in strict.stdout
    assert "networkPolicyEngine is not known before the update" in strict.stdout


def test_a_stack_that_is_no_cluster_is_refused_as_one(project: Path) -> None:
    folder = project / "stacks"
    text = (folder / "Pulumi.local-tenants.yaml").read_text()
    (folder / "Pulumi.other.yaml").write_text(text.replace("secure-clusters/local-cluster", "secure-clusters/prod"))
    (folder / "Pulumi.local-tenants.yaml").write_text(text.replace("local-cluster", "other"))
    (folder / "Pulumi.prod.yaml").unlink(missing_ok=True)
    done = preview(project, "local-tenants")
    assert done.returncode == 2
    assert "the stack that clusterStack names has no output" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_list_that_no_control_reads_is_told_once_and_breaks_no_other_stack(project: Path) -> None:
    file = project / "stacks" / "Pulumi.local-cluster.yaml"
    file.write_text(file.read_text().replace("rollout: warn", "rollout: warn\n    parameters: {nope: [a]}"))
    wrong = preview(project, "local-cluster")
    assert wrong.returncode == 2
    assert "nope" in wrong.stdout
    tenants = preview(project, "local-tenants")
    assert tenants.returncode == 0, tenants.stdout + tenants.stderr


def test_several_stacks_can_be_read_as_one_environment(project: Path) -> None:
    done = preview(project, "local-cluster", "local-tenants", "--together", "--format", "json")
    assert done.returncode == 0
    (one,) = json.loads(done.stdout)["stacks"]
    assert one["name"] == "local-cluster + local-tenants"
    types = {each["type"] for each in one["resources"]}
    assert {"secureclusters:existing:Cluster", "secureclusters:tenancy:Tenant"} <= types


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("nope", None, "there is no stack 'nope'; there are dev-aws, "),
        ("bad", "", "has no configuration"),
        ("bad", "config: [", "can't be read as YAML"),
        ("bad", "config: 3", "has no configuration"),
        ("bad", "config: {}", "secure-clusters:owner: missing"),
        ("bad", "config: {secure-clusters:tenants: 3}", "secure-clusters:tenants"),
        ("bad", "config: {owner: x y, tenantz: []}", 'did you mean "tenants"?'),
        ("bad", "config: {owner: abc, owner: abd}", "the key 'owner' stands twice"),
        ("bad", "config: {tenants: &a [*a]}", "more than 200000 values, or more than 50 levels"),
        ("bad", BILLION_LAUGHS, "more than 200000 values"),
        ("bad", f"config: {{tenants: {'[' * 3000}{']' * 3000}}}", "can't be read as YAML"),
        ("bad", "config: {owner: abc, tenants: {a: 1}}", "tenants: allowed: a list"),
        ("bad", "config: {owner: abc, kubeconfig: x}", "kubeconfig: 'x': allowed: a mapping with the keys"),
        (
            "bad",
            "config: {owner: abc, cluster: {kind: existing, identifier: x, networkPolicyEngine: calico}, "
            "kubeconfig: {from: secret, content: plain}}",
            "kubeconfig.content is plain text in the stack file",
        ),
        ("bad", "config: {owner: '{x', cluster: {secure: v1:a}}", "cluster: '[secret]': allowed: a mapping"),
    ],
)
def test_bad_configuration_is_told_without_a_traceback(project: Path, name: str, text: str | None, told: str) -> None:
    if text is not None:
        stack(project, name, text)
    done = preview(project, name)
    assert done.returncode == 2
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_a_program_that_raises_is_our_bug_and_has_its_own_exit_code(project: Path) -> None:
    (project / "__main__.py").write_text("raise KeyError('boom')\n")
    done = preview(project, "local")
    assert done.returncode == 3
    assert "KeyError in __main__.py:1" in done.stdout


def test_a_program_that_asks_a_provider_is_told_to_take_an_argument(project: Path) -> None:
    (project / "__main__.py").write_text("import pulumi\npulumi.runtime.invoke('aws:index/getRegion:getRegion', {})\n")
    done = preview(project, "local")
    assert done.returncode == 2
    assert "calls aws:index/getRegion:getRegion, which needs credentials" in done.stdout


def test_a_report_that_can_not_be_written_leaves_nothing_behind(project: Path) -> None:
    done = preview(project, "local", "--output", "missing/report.txt")
    assert done.returncode == 2
    assert "the report can't be written to missing/report.txt" in done.stderr


def test_a_report_is_written_whole(project: Path) -> None:
    done = preview(project, "local", "--format", "json", "--output", "report.json")
    assert done.returncode == 0
    assert done.stdout == ""
    assert json.loads((project / "report.json").read_text())["schemaVersion"] == 1
    assert [file.name for file in project.glob("tmp*")] == []


def test_an_unknown_format_is_refused(project: Path) -> None:
    done = preview(project, "local", "--format", "pdf")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_in_one_line_and_with_the_code_that_shells_know(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(__main__, "_app", interrupted)
    monkeypatch.setattr(sys, "argv", ["preview", "local"])
    monkeypatch.setattr(gc, "disable", lambda: None)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "interrupted\n")
