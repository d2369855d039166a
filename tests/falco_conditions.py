"""The part of Falco's language of conditions that our rules use: enough to read every one and to try it on events.

Source: https://falco.org/docs/concepts/rules/conditions/
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Event = Mapping[str, Any]
Test = Callable[[Event], bool]

_TOKEN = re.compile(r"""\s*(?:(?P<text>"[^"]*")|(?P<operator>!=|<=|>=|=|<|>|\(|\)|,)|(?P<word>[^\s()=!<>,"]+))""")
_WORDS = ("in", "intersects", "startswith", "endswith", "contains", "exists")


def _as_list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(each) for each in value] if isinstance(value, list | tuple) else [str(value)]


_COMPARISONS: dict[str, Callable[[list[str], list[str]], bool]] = {
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    "in": lambda have, want: bool(have) and set(have) <= set(want),
    "intersects": lambda have, want: bool(set(have) & set(want)),
    "startswith": lambda have, want: any(each.startswith(want[0]) for each in have),
    "endswith": lambda have, want: any(each.endswith(want[0]) for each in have),
    "contains": lambda have, want: any(want[0] in each for each in have),
    "<": lambda have, want: bool(have) and float(have[0]) < float(want[0]),
    ">": lambda have, want: bool(have) and float(have[0]) > float(want[0]),
    "<=": lambda have, want: bool(have) and float(have[0]) <= float(want[0]),
    ">=": lambda have, want: bool(have) and float(have[0]) >= float(want[0]),
}


@dataclass
class Rules:
    """A file of rules, its conditions read; `fields` holds every field that they ask for."""

    macros: dict[str, Test] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    rules: dict[str, Test] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, Any]]) -> "Rules":
        read = cls()
        for entry in entries:
            if "list" in entry:
                read.lists[entry["list"]] = [str(each).strip('"') for each in entry["items"]]
            elif "macro" in entry:
                read.macros[entry["macro"]] = _Reader(entry["condition"], read).whole()
            elif "rule" in entry:
                read.rules[entry["rule"]] = _Reader(entry["condition"], read).whole()
        return read

    def matching(self, event: Event) -> set[str]:
        """Names of the rules that an event matches."""
        return {name for name, test in self.rules.items() if test(event)}


class _Reader:
    def __init__(self, condition: str, rules: Rules) -> None:
        self._rules = rules
        self._tokens: list[str] = []
        at = 0
        text = condition.rstrip()
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise ValueError(f"no condition: {text[at : at + 30]!r}")
            self._tokens.append(found.group().strip())
            at = found.end()

    def whole(self) -> Test:
        test = self._either()
        if self._tokens:
            raise ValueError(f"left over: {self._tokens}")
        return test

    def _next(self, *wanted: str) -> str:
        if not self._tokens or (wanted and self._tokens[0] not in wanted):
            raise ValueError(f"wanted {wanted}, there is {self._tokens[:3]}")
        return self._tokens.pop(0)

    def _is(self, token: str) -> bool:
        return bool(self._tokens) and self._tokens[0] == token

    def _either(self) -> Test:
        tests = [self._all()]
        while self._is("or"):
            self._next()
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda event: any(test(event) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._is("and"):
            self._next()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda event: all(test(event) for test in tests)

    def _one(self) -> Test:
        if self._is("not"):
            self._next()
            inner = self._one()
            return lambda event: not inner(event)
        if self._is("("):
            self._next()
            inner = self._either()
            self._next(")")
            return inner
        name = self._next()
        if "." not in name:
            return self._rules.macros[name]
        self._rules.fields.add(name)
        return self._comparison(name)

    def _comparison(self, name: str) -> Test:
        operator = self._next(*_WORDS, *_COMPARISONS)
        if operator == "exists":
            return lambda event: bool(_as_list(event.get(name)))
        want = self._items() if operator in ("in", "intersects") else [self._next().strip('"')]
        compare = _COMPARISONS[operator]
        return lambda event: compare(_as_list(event.get(name)), want)

    def _items(self) -> list[str]:
        self._next("(")
        items: list[str] = []
        while True:
            item = self._next().strip('"')
            items += self._rules.lists.get(item, [item])
            if self._next(",", ")") == ")":
                return items


def audit_fields(event: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the plugin k8saudit that our detections ask for, of an event of the API server's audit log."""
    target = event.get("objectRef") or {}
    user = event.get("user") or {}
    annotations = event.get("annotations") or {}
    request = event.get("requestObject") or {}
    return {
        "ka.stage": event.get("stage"),
        "ka.verb": event.get("verb"),
        "ka.uri": event.get("requestURI"),
        "ka.user.name": user.get("username"),
        "ka.user.groups": user.get("groups") or [],
        "ka.impuser.name": (event.get("impersonatedUser") or {}).get("username"),
        "ka.auth.decision": annotations.get("authorization.k8s.io/decision"),
        "ka.auth.reason": annotations.get("authorization.k8s.io/reason"),
        "ka.target.resource": target.get("resource"),
        "ka.target.subresource": target.get("subresource"),
        "ka.target.name": target.get("name"),
        "ka.target.namespace": target.get("namespace"),
        "ka.response.code": (event.get("responseStatus") or {}).get("code"),
        "ka.req.binding.role": (request.get("roleRef") or {}).get("name"),
    }
