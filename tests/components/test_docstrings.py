import sys

from components.docstrings import attribute_docstrings
from components.model import Settings


class Wheel(Settings):
    """One wheel."""

    spokes: int = 32
    """How many spokes
    hold it."""
    hub: str = "steel"

    def turn(self) -> None:
        """Turn."""


class FrontWheel(Wheel):
    lamp_side: str = "left"
    """Where the lamp is."""


class Bicycle(Settings):
    front: FrontWheel
    """The wheel that steers."""
    rear: Wheel
    """One wheel."""


def test_an_attribute_is_described_by_the_text_below_it_and_by_no_other() -> None:
    assert attribute_docstrings(Wheel) == {"spokes": "How many spokes\nhold it."}


def test_a_class_without_source_has_no_docstrings() -> None:
    assert attribute_docstrings(type("Made", (), {"__module__": "nowhere"})) == {}
    assert "nowhere" not in sys.modules


def test_a_schema_describes_inherited_keys_as_well_by_the_names_that_files_use() -> None:
    properties = FrontWheel.model_json_schema()["properties"]
    assert properties["lampSide"]["description"] == "Where the lamp is."
    assert properties["spokes"]["description"] == "How many spokes\nhold it."
    assert "description" not in properties["hub"]


def test_what_a_type_says_of_itself_is_not_said_twice() -> None:
    properties = Bicycle.model_json_schema()["properties"]
    assert properties["front"]["description"] == "The wheel that steers."
    assert "description" not in properties["rear"]
