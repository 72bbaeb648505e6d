"""What a device is called on its owner's page: a kind of browser and of system, by rule, nothing finer.

The version, the model and the language that a browser tells are not kept.
"""

# What comes first wins: each browser also names those that it wants to be taken for.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
JOINT = " on "


def label_of(user_agent: str) -> str:
    """Such as "Firefox on Android"; what is not known is left out, so it may be empty."""
    known = (_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent))
    return JOINT.join(part for part in known if part)


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
