"""What a change does, as JSON values."""

from preview.change.model import Change, Flow, ResourceChange, RightsChange, VerdictChange, WaiverChange

from .json_change_model import (
    ChangeEntry,
    FlowEntry,
    ResourceChangeEntry,
    RightsChangeEntry,
    VerdictChangeEntry,
    WaiverChangeEntry,
)


def as_json(change: Change) -> ChangeEntry:
    """Return the whole of it; nothing is left out, only values are shortened and masked already."""
    return {
        "ref": change.ref,
        "commit": change.commit,
        "presence": change.presence.value,
        "problem": change.problem,
        "resources": [_resource(each) for each in change.resources],
        "worse": [_verdict(each) for each in change.worse],
        "better": [_verdict(each) for each in change.better],
        "opened": [_flow(each) for each in change.opened],
        "closed": [_flow(each) for each in change.closed],
        "gained": [_rights(each) for each in change.gained],
        "lost": [_rights(each) for each in change.lost],
        "waivers": [_waiver(each) for each in change.waivers],
        "problems": [{"about": each.about, "text": each.text} for each in change.problems],
        "problemsGone": [{"about": each.about, "text": each.text} for each in change.problems_gone],
    }


def _resource(change: ResourceChange) -> ResourceChangeEntry:
    return {
        "action": change.action.value,
        "urn": change.urn,
        "type": change.type,
        "name": change.name,
        "properties": [{"path": each.path, "before": each.before, "after": each.after} for each in change.properties],
        "replacedBy": list(change.replaced_by),
    }


def _verdict(change: VerdictChange) -> VerdictChangeEntry:
    return {
        "control": change.control,
        "severity": change.severity,
        "resource": change.resource,
        "before": change.before,
        "after": change.after,
        "messages": list(change.messages),
        "fix": change.fix,
        "url": change.url,
        "denies": change.denies,
    }


def _flow(flow: Flow) -> FlowEntry:
    return {"source": flow.source, "target": flow.target, "ports": flow.ports}


def _rights(change: RightsChange) -> RightsChangeEntry:
    return {
        "subject": change.subject,
        "where": change.where,
        "rights": list(change.rights),
        "dangers": list(change.dangers),
    }


def _waiver(change: WaiverChange) -> WaiverChangeEntry:
    return {
        "action": change.action.value,
        "control": change.control,
        "resource": change.resource,
        "owner": change.owner,
        "reason": change.reason,
        "before": change.before,
        "after": change.after,
    }
