"""Our own lint: budgets and habits of the project that no ready-made linter knows, a function per rule."""

import ast
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent

FILE_LINES, TSX_LINES, FUNCTION_LINES, PARAMETERS, PORT_METHODS = 400, 250, 50, 6, 7
VAGUE_NAMES = frozenset(
    {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "shared_code"}
)

# Places where everything may be caught, each an edge loop that turns any failure into its own kind of report.
MAY_CATCH_EVERYTHING = {
    "src/parley/web/middleware.py": "the HTTP edge: every request gets an answer",
    "src/parley/web/mcp/server.py": "the HTTP edge inside MCP, whose library tells clients the fault",
    "src/parley/core/chat/runner.py": "the stream's edge: every turn ends, or is taken over",
    "src/parley/adapters/queue/worker.py": "the job's edge: every failure is retried or recorded",
    "src/parley/core/ingestion/runner.py": "the job's edge for documents, which wait in a queue of their own",
    "src/parley/adapters/documents/forkserver.py": "the top of a parsing process: its exit code tells",
}
# Places besides settings.py that read the process environment, each with the reason.
MAY_READ_ENVIRONMENT = {
    "src/parley/adapters/postgres/launch.py": "hands the environment on, without its PG variables",
    "src/parley/adapters/embeddings/minilm.py": "switches off the telemetry of the runtime before its import",
    "src/parley/testing/server.py": "hands the environment on to a server, without its PARLEY_ variables",
}
# Written by a generator, so its length is nobody's to shorten.
GENERATED = frozenset({"frontend/client/schema.d.ts"})

SKIPPED_FOLDERS = frozenset(
    {".git", ".venv", ".cache", ".data", "node_modules", "__pycache__", "static", "dist", "test-results"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis"}
)
CODE_SUFFIXES = frozenset({".py", ".ts", ".tsx", ".mjs", ".js"})
COMMENTED_SUFFIXES = frozenset({".ts", ".tsx", ".mjs", ".js", ".css", ".sh"})
DATA_SUFFIXES = frozenset({".md", ".toml", ".txt", ".in", ".json", ".yml", ".yaml", ".html", ".mako", ".ini"})
TEXT_SUFFIXES = CODE_SUFFIXES | COMMENTED_SUFFIXES | DATA_SUFFIXES
TEXT_NAMES = frozenset({"Makefile", "Dockerfile", "run", ".npmrc", ".editorconfig", ".gitignore"})


@dataclass(frozen=True, slots=True)
class Source:
    """One text file: its path from the repository's root, its text and, for Python, its syntax tree."""

    path: PurePosixPath
    text: str
    tree: ast.Module | None

    @property
    def nodes(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree) if self.tree else iter(())

    def within(self, *folders: str) -> bool:
        return any(str(self.path).startswith(f"{folder}/") for folder in folders)


Findings = Iterator[tuple[int, str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def file_length(source: Source) -> Findings:
    if source.path.suffix not in CODE_SUFFIXES or str(source.path) in GENERATED:
        return
    limit = TSX_LINES if source.path.suffix == ".tsx" else FILE_LINES
    lines = len(source.text.splitlines())
    if lines > limit:
        yield 1, f"{lines} lines, at most {limit}: split it by subject"


def function_length(source: Source) -> Findings:
    for node in _functions(source):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES:
            yield node.lineno, f"{node.name}() has {lines} lines, at most {FUNCTION_LINES}: name its parts"


def parameter_count(source: Source) -> Findings:
    # Typer's options and pytest's fixtures are parameters by their frameworks' design.
    if source.within("tests", "src/parley/entrypoints/cli"):
        return
    for node in _functions(source):
        arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
        named = [argument for argument in arguments if argument.arg not in {"self", "cls"}]
        if len(named) > PARAMETERS:
            count = f"{len(named)} parameters, at most {PARAMETERS}"
            yield node.lineno, f"{node.name}() takes {count}: make some of them a value"


def port_methods(source: Source) -> Findings:
    for node in source.nodes:
        if isinstance(node, ast.ClassDef) and any(_name(base) == "Protocol" for base in node.bases):
            methods = [item for item in node.body if isinstance(item, Function)]
            if len(methods) > PORT_METHODS:
                count = f"{len(methods)} methods, at most {PORT_METHODS}"
                yield node.lineno, f"port {node.name} has {count}: split it by caller"


def opening_sentence(source: Source) -> Findings:
    if source.tree is not None:
        docstring = ast.get_docstring(source.tree) or ""
        if not docstring.split("\n\n", 1)[0].rstrip().endswith((".", "!", "?", ":")):
            yield 1, "must open with a docstring: one sentence saying what the file is for"
    elif source.path.suffix in COMMENTED_SUFFIXES:
        lines = [line for line in source.text.splitlines() if line.strip() and not line.startswith("#!")]
        if not lines or not lines[0].lstrip().startswith(("//", "/*", "#")):
            yield 1, "must open with a comment: one sentence saying what the file is for"


def telling_names(source: Source) -> Findings:
    stems = {*source.path.parts[:-1], source.path.name.split(".")[0]}
    for vague in sorted({stem.lower() for stem in stems} & VAGUE_NAMES):
        yield 1, f"{vague!r} names no subject: say what is in it"


def broad_except(source: Source) -> Findings:
    """A handler that re-raises swallows nothing and is let through."""
    if source.within("tests") or str(source.path) in MAY_CATCH_EVERYTHING:
        return
    for node in source.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type):
            last = node.body[-1]
            if not (isinstance(last, ast.Raise) and last.exc is None):
                yield node.lineno, "catches everything: name what you can act on"
        elif (
            isinstance(node, ast.Call)
            and _name(node.func) == "suppress"
            and any(_catches_everything(argument) for argument in node.args)
        ):
            yield node.lineno, "suppresses everything: name what you can act on"


def environment_reads(source: Source) -> Findings:
    if not source.within("src") or str(source.path) in {"src/parley/settings.py", *MAY_READ_ENVIRONMENT}:
        return
    for node in source.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name, lineno=line):
                names = {name}
            case ast.ImportFrom(module="os", names=aliases, lineno=line):
                names = {alias.name for alias in aliases}
            case _:
                continue
        if names & {"environ", "getenv"}:
            yield line, "reads the environment: add a field to settings.py and hand its value down"


def scope_construction(source: Source) -> Findings:
    if source.within("tests") or str(source.path) == "src/parley/core/workspaces/authorize.py":
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and _name(node.func) == "WorkspaceScope":
            yield node.lineno, "makes a WorkspaceScope: only core/workspaces/authorize.py may, after deciding"


def standard_library_core(source: Source) -> Findings:
    """The import contract names the libraries that matter most; this knows all of them."""
    if not source.within("src/parley/core"):
        return
    for node in source.nodes:
        match node:
            case ast.Import(names=aliases):
                modules = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), level=0):
                modules = [module]
            case _:
                continue
        for package in {module.partition(".")[0] for module in modules}:
            if package != "parley" and package not in sys.stdlib_module_names:
                yield (
                    node.lineno,
                    f"imports {package}: the core is standard library only, put it behind a port",
                )


_MACHINE_PATH = re.compile(r"(?<![\w.~}\-])/(?:root|work|Users/\w+|home/\w+|tmp/\w+)(?=/)")


def machine_paths(source: Source) -> Findings:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if found := _MACHINE_PATH.search(line):
            yield number, f"names a folder of one machine ({found.group()}/): make it relative or a setting"


def lock_files(source: Source) -> Findings:
    """Locks pin by hash and leave the registry to the machine, so that a mirror works as well."""
    if source.path.name == "uv.lock":
        yield 1, "holds a registry's address: keep the hashed requirements/*.txt instead"
    elif source.path.name == "package-lock.json":
        yield from _lines_with(source, '"resolved":', "names a registry: see frontend/.npmrc and lock again")
    elif source.path.suffix in {".txt", ".in"} and source.within("requirements"):
        yield from _lines_with(source, "://", "names an address: compile with --no-emit-index-url")
        yield from _lines_with(source, "index-url", "names a registry: compile with --no-emit-index-url")


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check; what it yields are line numbers and what to do there."""

    name: str
    check: Callable[[Source], Findings]


RULES = (
    Rule("file-length", file_length),
    Rule("function-length", function_length),
    Rule("parameter-count", parameter_count),
    Rule("port-methods", port_methods),
    Rule("opening-sentence", opening_sentence),
    Rule("telling-names", telling_names),
    Rule("broad-except", broad_except),
    Rule("environment-reads", environment_reads),
    Rule("scope-construction", scope_construction),
    Rule("standard-library-core", standard_library_core),
    Rule("machine-paths", machine_paths),
    Rule("lock-files", lock_files),
)


def check(root: Path) -> list[str]:
    """Every finding below `root` as `path:line: rule: what to do`, in the order of the paths."""
    return [
        f"{source.path}:{line}: {rule.name}: {message}"
        for source in sources(root)
        for rule in RULES
        for line, message in rule.check(source)
    ]


def sources(root: Path) -> Iterator[Source]:
    """Every text file of the project below `root`, without what is installed, built or cached there."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
        for name in sorted(files):
            path = Path(folder, name)
            if path.suffix in TEXT_SUFFIXES or name in TEXT_NAMES or name.endswith(".lock"):
                text = path.read_text(encoding="utf-8", errors="replace")
                tree = ast.parse(text, str(path)) if path.suffix == ".py" else None
                yield Source(PurePosixPath(path.relative_to(root).as_posix()), text, tree)


def _functions(source: Source) -> Iterator[Function]:
    return (node for node in source.nodes if isinstance(node, Function))


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _name(value)
        case _:
            return ""


def _catches_everything(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_catches_everything(item) for item in caught.elts)
    return caught is None or _name(caught) in {"Exception", "BaseException"}


def _lines_with(source: Source, part: str, message: str) -> Findings:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if part in line:
            yield number, message


def main() -> int:
    findings = check(ROOT)
    print("\n".join(findings) or f"budgets: {len(RULES)} rules, nothing found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
