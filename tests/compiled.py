"""What an application compiles is compiled once per process: nearly every test makes one of its own."""

from functools import cache
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache
from quart import Quart
from werkzeug.routing import Rule

from participate import migrating


class CompiledTemplates(BytecodeCache):
    """Keeps the code of each template as long as its source is the same."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code


def compile_once() -> None:
    """From now on, what does not depend on an application's settings is made once for all applications.

    That is the code of templates, what routes match and build, and the number of the newest migration, for
    which every migration's file is read.
    """
    Quart.jinja_options = {**Quart.jinja_options, "bytecode_cache": CompiledTemplates()}
    _compile_rules_once()
    newest_revision = migrating.newest_revision

    @cache
    def newest() -> str | None:
        return newest_revision("sqlite:///unused.db")

    migrating.newest_revision = lambda url: newest()


def _compile_rules_once() -> None:
    compiled: dict[object, Rule] = {}
    compile_rule = Rule.compile

    def remembered(rule: Rule) -> None:
        # All that goes into what is compiled; a rule itself is handed to what builds its address.
        key = (rule.rule, rule.merge_slashes, rule.host, rule.subdomain, repr(rule.defaults))
        same = compiled.get(key)
        if same is None:
            compile_rule(rule)
            compiled[key] = rule
            return
        rule._parts, rule._trace = same._parts, same._trace
        rule._converters, rule.arguments = same._converters, same.arguments
        rule._build = same._build.__func__.__get__(rule, None)  # type: ignore[attr-defined]
        rule._build_unknown = same._build_unknown.__func__.__get__(rule, None)  # type: ignore[attr-defined]

    Rule.compile = remembered  # type: ignore[method-assign]
