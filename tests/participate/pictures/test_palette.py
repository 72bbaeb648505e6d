"""The groups' colours, from the style sheet: apart for every kind of sight, and letters that can be read.

Sight is simulated after Machado, Oliveira and Fernandes (2009), IEEE TVCG 15:1291, in full severity, on
linear RGB; distances are OKLab x 100 (Ottosson 2020). The least ones are those that the look was chosen by.
"""

import re
from itertools import combinations
from math import cbrt, dist
from pathlib import Path

import pytest

from participate.pictures.marks import DASHES, badge, kind, patterns

Triple = tuple[float, float, float]
TOKENS = Path(__file__).parents[3] / "participate/frontend/styles/_tokens.scss"
SIGHT: dict[str, tuple[Triple, Triple, Triple]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "red-blind": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "green-blind": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "blue-blind": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def tokens() -> dict[str, Triple]:
    found = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", TOKENS.read_text()))
    return {
        name: tuple(linear(int(value[i : i + 2], 16) / 255) for i in (0, 2, 4))  # type: ignore[misc]
        for name, value in found.items()
    }


def linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def seen(colour: Triple, sight: str) -> Triple:
    r, g, b = (
        min(max(sum(part * value for part, value in zip(row, colour, strict=True)), 0), 1)
        for row in SIGHT[sight]
    )
    return r, g, b


def oklab(colour: Triple) -> Triple:
    r, g, b = colour
    long = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    middle = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize(
    ("groups", "least"),
    [
        ("abc", {"normal": 22.0, "red-blind": 16.3, "green-blind": 18.9, "blue-blind": 20.4}),
        ("abcde", {"normal": 19.9, "red-blind": 14.5, "green-blind": 15.0, "blue-blind": 13.0}),
        ("abcdef", {"normal": 13.7, "red-blind": 13.9, "green-blind": 10.3, "blue-blind": 8.7}),
    ],
)
def test_any_two_groups_are_far_apart_for_every_sight(groups: str, least: dict[str, float]) -> None:
    colours = tokens()
    for sight, wanted in least.items():
        labs = [oklab(seen(colours[name], sight)) for name in groups]
        assert min(100 * dist(one, other) for one, other in combinations(labs, 2)) > wanted - 0.05, sight


def light(colour: Triple) -> float:
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), colour, strict=True))


def contrast(one: Triple, other: Triple) -> float:
    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", "abcdef")
def test_badge_letters_can_be_read(name: str) -> None:
    """WCAG 2.2 asks for 4.5: white, on D ink."""
    colours = tokens()
    text = colours["ink"] if name == "d" else (1.0, 1.0, 1.0)
    assert contrast(colours[name], text) >= 4.5


@pytest.mark.parametrize("name", "abcdef")
def test_shapes_stand_out_from_a_card(name: str) -> None:
    """WCAG 2.2 asks for 3 where a shape carries meaning."""
    assert contrast(tokens()[name], (1.0, 1.0, 1.0)) >= 3


def test_groups_differ_by_badge_pattern_and_edge_where_colour_goes() -> None:
    shapes = {re.sub(r'class="[^"]*"|>[A-F]<', "", str(badge(letter.upper()))) for letter in DASHES}
    assert len(shapes) == 6
    assert len({dash for dash in DASHES.values() if dash}) == 4  # A is solid and D double
    drawn = re.findall(r'<pattern id="p-([b-f])"[^>]*>(.*?)</pattern>', str(patterns("p")))
    assert len({inside for _, inside in drawn}) == len(drawn) == 5  # A is plain


def test_a_seventh_group_shares_the_last_shape_and_keeps_its_letter() -> None:
    assert kind("G") == kind("F") == "f"
    assert ">G</text>" in badge("G")
    assert kind(None) == "none"
