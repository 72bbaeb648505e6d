"""What an application compiles is compiled once per process: nearly every test makes one of its own."""

from functools import cache, cached_property
from types import CodeType
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache, FileSystemBytecodeCache
from quart import Quart
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from participate import migrating
from tests.sharing import shared_folder


class CompiledTemplates(BytecodeCache):
    """Keeps the code of each template as long as its source is the same, for all processes of a run."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], CodeType | None] = {}

    @cached_property
    def _shared(self) -> FileSystemBytecodeCache:
        folder = shared_folder() / "templates"
        folder.mkdir(exist_ok=True)
        return FileSystemBytecodeCache(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._code.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            self._shared.load_bytecode(bucket)
            self._code[bucket.key, bucket.checksum] = bucket.code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.code
        self._shared.dump_bytecode(bucket)


def compile_once() -> None:
    """From now on, what does not depend on an application's settings is made once for all applications.

    That is the code of templates, what routes match and build, statements, and the number of the newest
    migration, for which every migration's file is read.
    """
    Quart.jinja_options = {**Quart.jinja_options, "bytecode_cache": CompiledTemplates()}
    _compile_rules_once()
    _compile_statements_once()
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


def _compile_statements_once() -> None:
    """Engines of one kind of database share what they know of its language, and so what they compile."""
    for dialect in (SQLiteDialect_aiosqlite, PGDialect_asyncpg):
        _share(dialect)
    compiled: LRUCache[Any, Any] = LRUCache(5_000)
    begin = Engine.__init__

    def begin_sharing(self: Engine, *arguments: Any, **options: Any) -> None:
        begin(self, *arguments, **options)
        self._compiled_cache = compiled

    Engine.__init__ = begin_sharing  # type: ignore[method-assign]


def _share(dialect: type[Any]) -> None:
    """Have one of each for the same settings, whichever engine asks."""
    made: dict[Any, Any] = {}
    begin = dialect.__init__

    def make(kind: type[Any], **settings: Any) -> Any:
        key = tuple(sorted((name, repr(value)) for name, value in settings.items() if name != "dbapi"))
        return made.setdefault((kind, key), object.__new__(kind))

    def begin_once(self: Any, **settings: Any) -> None:
        if not vars(self):
            begin(self, **settings)

    dialect.__new__ = make
    dialect.__init__ = begin_once
