"""The one Markdown renderer: raw HTML off, links checked, the result sanitised, and cached."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

# Longer text is refused by the forms; this bounds what a renderer may ever be given.
LONGEST = 40_000
TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "ul",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_renderer = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")


@lru_cache(maxsize=1024)
def render(text: str) -> Markup:
    """Markdown as safe HTML; headings begin at h2, for every page has its own h1.

    Raises ValueError for more than `LONGEST` characters.
    """
    if len(text) > LONGEST:
        raise ValueError(f"The text has {len(text)} characters; at most {LONGEST} can be shown.")
    tokens = _renderer.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 4)}"
    html = _renderer.renderer.render(tokens, _renderer.options, {})
    return Markup(  # noqa: S704  sanitised in this very line
        nh3.clean(
            html,
            tags=TAGS,
            attributes={"a": {"href"}, "*": set()},
            url_schemes={"https", "http", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
    )
