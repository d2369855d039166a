"""The base of every settings model, and the value types that several of them share.

Settings models double as the arguments of components: one definition, checked the same way whether
the values come from a stack file or from a Python program.
"""

import inspect
import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from .docstrings import attribute_docstrings

DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_QUANTITY = re.compile(r"[0-9]+(\.[0-9]+)?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?")


class Settings(BaseModel):
    """Immutable, refuses unknown keys; camelCase in stack files, snake_case in Python."""

    # Each model's validator is built when it is first used: a stack uses those of one cloud.
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,
        defer_build=True,
    )

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe each key by the docstring of its attribute.

        Only here: pydantic's own `use_attribute_docstrings` reads the source of every model as it is imported, a tenth
        of the time of a small preview.
        """
        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema).get("properties", {})
        told = [attribute_docstrings(each) for each in cls.__mro__ if issubclass(each, Settings)]
        for name, field in cls.model_fields.items():
            text = next((own[name] for own in told if name in own), None)
            keys = {name, field.alias, str(field.validation_alias)} & properties.keys()
            for key in keys if text else ():
                # Where the attribute's type says the very same of itself, a reader sees it there.
                if inspect.getdoc(field.annotation) != text:
                    properties[key]["description"] = text
        return schema


def raise_all(problems: Sequence[str]) -> None:
    """Raise one `ValueError` that holds every problem, a line each; none where there is no problem."""
    if problems:
        raise ValueError("\n".join(problems))


def _dns_label(value: str) -> str:
    if not DNS_LABEL.fullmatch(value):
        raise ValueError("use lower-case letters, digits and '-', starting and ending with a letter or digit")
    return value


def _quantity(value: str) -> str:
    if not _QUANTITY.fullmatch(value):
        raise ValueError("use a Kubernetes quantity such as 500m, 2, 512Mi or 10Gi")
    if not any(digit in "123456789" for digit in value):
        raise ValueError("use a quantity above zero")
    return value


def _number_as_text(value: object) -> object:
    """YAML reads `cpu: 8` as a number; a quantity may be written so."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value}" if is_number else value


DnsLabel = Annotated[str, Field(min_length=1, max_length=63), AfterValidator(_dns_label)]
"""A DNS-1123 label: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"""

Quantity = Annotated[
    str, BeforeValidator(_number_as_text, json_schema_input_type=str | int | float), AfterValidator(_quantity)
]
"""A resource quantity: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/"""

Owner = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^\S.*\S$")]
"""Who answers for it: a team, a mailing list or a person; 3 to 100 characters."""
