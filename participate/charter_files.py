"""A charter and its schema as files: the canonical bytes that are signed, and the same in Markdown."""

from quart import Response

from charters.policy import Policy
from charters.prose import markdown
from charters.schema import schema_text
from participate.public import ASK_AGAIN, open_to_all, public


def charter_file(policy: Policy, schema: str) -> Response:
    """The file itself. Its ETag is the hash that is signed; `schema` is the address of what it keeps to."""
    response = public(policy.file.encode(), "application/json", keep=ASK_AGAIN, etag=policy.digest)
    response.headers["Link"] = f'<{schema}>; rel="describedby"; type="application/schema+json"'
    return open_to_all(response)


def charter_text(policy: Policy) -> Response:
    """The charter in words, in its own language."""
    kind = "text/markdown; charset=utf-8"
    response = public(markdown(policy).encode(), kind, keep=ASK_AGAIN)
    response.headers["Content-Language"] = policy.language
    return open_to_all(response)


def schema_file() -> Response:
    """The JSON Schema that every charter file keeps to."""
    return open_to_all(public(schema_text().encode(), "application/schema+json", keep=ASK_AGAIN))
