"""The catalogues: gettext files in `translations/`, one folder for each language.

They are read as they are, the first time a language is asked for, so nothing is built or committed.
"""

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

ENGLISH = "en"
NAMES: Mapping[str, str] = MappingProxyType({"en": "English", "cy": "Cymraeg"})
"""Every language that pages are in, each named in itself."""
FOLDER = Path(__file__).parent / "translations"


@cache
def catalogue(tag: str) -> NullTranslations:
    """All of a language's files as one; sentences that a file leaves empty or marks fuzzy stay English."""
    from babel.messages.mofile import write_mo  # only where another language than English is read
    from babel.messages.pofile import read_po

    merged: NullTranslations | None = None
    for path in sorted((FOLDER / tag).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=tag))
        compiled.seek(0)
        part = GNUTranslations(compiled)
        if merged is not None:
            part.add_fallback(merged)
        merged = part
    return merged or NullTranslations()
