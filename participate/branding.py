"""A host's own logo and accent colour, checked once when the program starts."""

import re
from dataclasses import dataclass
from hashlib import sha256

from participate.logos import Logo, read_logo
from participate.settings import Settings, SettingsError

PAPER = (0xFB, 0xF8, 0xF4)
WHITE = (255, 255, 255)
FOCUS = (0xFF, 0xD8, 0x4D)
WORDS_NEED = 4.5  # WCAG 2.2, 1.4.3: words, and 1.4.11: what shows where the focus is
EDGES_NEED = 3.0
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Brand:
    """What a host shows as its own. `css` is empty where the colours are ours."""

    logo: Logo | None = None
    css: str = ""

    @property
    def version(self) -> str:
        """Changes when the colours do."""
        return sha256(self.css.encode()).hexdigest()[:8]


def brand_of(settings: Settings) -> Brand:
    """The host's own logo and colours. Raises SettingsError for what pages could not show well."""
    logo = read_logo(settings.logo) if settings.logo else None
    return Brand(logo, _style_sheet(_accent(settings.accent)) if settings.accent else "")


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours as WCAG 2.2 counts it: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _accent(text: str) -> Colour:
    """The colour, if words can be read in it and on it, and the yellow of the focus stands out beside it."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text.strip()):
        raise SettingsError(
            f"PARTICIPATE_ACCENT is {text!r}. "
            "Write a colour as # and six hexadecimal digits, such as #5c1a4f."
        )
    digits = text.strip()[1:]
    colour = (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16))
    for ground, need, where in (
        (WHITE, WORDS_NEED, "white words on it, or it on white"),
        (PAPER, WORDS_NEED, "words of it on the page's ground"),
        (FOCUS, EDGES_NEED, "the yellow that shows where the focus is"),
    ):
        found = contrast(colour, ground)
        if found < need:
            raise SettingsError(
                f"PARTICIPATE_ACCENT is {text!r}, too light for {where}: the contrast is {found:.2f} to 1, "
                f"and {need} to 1 is needed. Choose a darker colour."
            )
    return colour


def _style_sheet(accent: Colour) -> str:
    """The accent, darker for what is pressed, and two pale tints for grounds."""
    colours = {
        "accent": accent,
        "accent-dark": _mixed(accent, (0, 0, 0), 0.32),
        "tint": _mixed(accent, WHITE, 0.93),
        "tint-2": _mixed(accent, WHITE, 0.86),
    }
    return (
        ":root{" + ";".join(f"--{name}:#{r:02x}{g:02x}{b:02x}" for name, (r, g, b) in colours.items()) + "}\n"
    )


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`share` of the other colour in the one."""
    r, g, b = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return r, g, b
