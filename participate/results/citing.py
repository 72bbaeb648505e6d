"""How to cite a release."""

from collections.abc import Mapping
from typing import Any

from participate.security import own_origin


def citation(content: Mapping[str, Any]) -> str:
    """Who published it, when, what it is, and the address where it stays."""
    space, held = content["space"], content["consultation"]
    address = f"{own_origin()}/data/{space['slug']}/{held['slug']}/{content['number']}/"
    year = content["published"][:4]
    return f"{space['host']} ({year}). {held['title']}. Data release {content['number']}. {address}"
