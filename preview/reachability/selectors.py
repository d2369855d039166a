"""Label selectors as values: equal ones are equal, so that each is looked up once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from policies.objects import selects

NAMESPACE_LABEL = "kubernetes.io/metadata.name"
"""The API server sets it on every namespace."""


@dataclass(frozen=True)
class Selector:
    """A label selector; an empty one matches everything. Absent ones are None wherever one may be absent."""

    text: str
    """The selector as JSON with sorted keys."""

    @classmethod
    def of(cls, selector: Mapping[str, Any]) -> Selector:
        """Return the selector of a policy's field."""
        wanted = {key: selector[key] for key in ("matchLabels", "matchExpressions") if selector.get(key)}
        return cls(json.dumps(wanted, sort_keys=True))

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The selector as it stands in a policy."""
        return json.loads(self.text)

    @property
    def empty(self) -> bool:
        """Whether it matches everything."""
        return not self.fields

    @property
    def match_labels(self) -> Mapping[str, str]:
        """`matchLabels`, empty where absent."""
        return self.fields.get("matchLabels", {})

    @property
    def names(self) -> Sequence[str]:
        """Names of the namespaces that a selector of namespaces asks for; none where it asks by other labels alone."""
        if (name := self.match_labels.get(NAMESPACE_LABEL)) is not None:
            return [name]
        asked = self.fields.get("matchExpressions", ())
        return next(
            (each["values"] for each in asked if (each["key"], each["operator"]) == (NAMESPACE_LABEL, "In")), ()
        )

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Return whether the labels satisfy it."""
        return selects(self.fields, labels)

    def example(self) -> tuple[tuple[str, str], ...]:
        """Return the fewest labels that satisfy it, or that at least try to: they stand for pods nobody recorded."""
        labels = dict(self.match_labels)
        for each in self.fields.get("matchExpressions", ()):
            if each["operator"] == "In":
                labels.setdefault(each["key"], each["values"][0])
            elif each["operator"] == "Exists":
                labels.setdefault(each["key"], "any")
        return tuple(sorted(labels.items()))
