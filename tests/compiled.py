"""What an application compiles is compiled once per process: nearly every test makes one of its own."""

from collections.abc import Callable
from types import CodeType
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from quart import Quart
from werkzeug.routing import Rule


class CompiledTemplates(BytecodeCache):
    """Keeps the code of each template as long as its source is the same."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


def compile_once() -> None:
    """From now on, templates and the functions that build addresses are made once for all applications."""
    Quart.jinja_options = {**Quart.jinja_options, "bytecode_cache": CompiledTemplates()}
    compiled: dict[object, Callable[..., Any]] = {}
    compile_builder = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        # All that goes into such a function; the rule itself is handed to it with each call.
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign]
