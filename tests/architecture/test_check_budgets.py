"""Each rule of our own lint catches a planted violation, and lets the nearest allowed form pass."""

from pathlib import Path

import pytest

from tools.check_budgets import MAY_CATCH_EVERYTHING, MAY_READ_ENVIRONMENT, ROOT, RULES, check

OPENING = '"""What it is for."""\n'
# Put together here, so that this file does not break the rule that it tests.
MACHINE_PATH = "/" + "root/parley"


def function(lines: int) -> str:
    return OPENING + "def long():\n" + "    pass\n" * (lines - 1)


def function_of(parameters: int, receiver: str = "") -> str:
    names = ", ".join([*filter(None, [receiver]), *(f"p{number}" for number in range(parameters))])
    return OPENING + f"class Made:\n    def __init__({names}): ...\n"


def port(methods: int, base: str = "Protocol") -> str:
    return OPENING + f"class Port({base}):\n" + "".join(f"    def m{n}(self): ...\n" for n in range(methods))


def handler(caught: str, body: str = "pass") -> str:
    return OPENING + f"try:\n    go()\nexcept{caught}:\n    {body}\n"


VIOLATIONS = [
    ("file-length", "src/parley/long.py", OPENING + "x = 1\n" * 400),
    ("file-length", "frontend/app/Long.tsx", "// What it is for.\n" + "x;\n" * 250),
    ("file-length", "frontend/app/long.ts", "// What it is for.\n" + "x;\n" * 400),
    ("function-length", "src/parley/long.py", function(51)),
    ("function-length", "tests/test_long.py", function(51)),
    ("parameter-count", "src/parley/many.py", function_of(7, "self")),
    ("parameter-count", "src/parley/many.py", OPENING + "async def f(a, /, b, c, d, e, *, f, g): ...\n"),
    ("port-methods", "src/parley/core/bots/ports.py", port(8)),
    ("port-methods", "src/parley/core/bots/ports.py", port(8, "Protocol[T]")),
    ("port-methods", "src/parley/core/bots/ports.py", port(8, "typing.Protocol")),
    ("opening-sentence", "src/parley/web/__init__.py", ""),
    ("opening-sentence", "src/parley/bare.py", "x = 1\n"),
    ("opening-sentence", "src/parley/bare.py", '"""No full stop"""\n'),
    ("opening-sentence", "frontend/app/bare.ts", "export const x = 1;\n"),
    ("opening-sentence", "tools/bare.sh", "#!/bin/sh\nset -e\n"),
    ("telling-names", "src/parley/core/utils.py", OPENING),
    ("telling-names", "src/parley/helpers/text.py", OPENING),
    ("telling-names", "frontend/app/common/text.ts", "// What it is for.\n"),
    ("telling-names", "frontend/app/utils.test.ts", "// What it is for.\n"),
    ("broad-except", "src/parley/wide.py", handler(" Exception")),
    ("broad-except", "src/parley/wide.py", handler(" BaseException as error", "log(error)")),
    ("broad-except", "src/parley/wide.py", handler(" (ValueError, Exception)")),
    ("broad-except", "src/parley/wide.py", handler("")),
    ("broad-except", "src/parley/wide.py", handler(" Exception as error", "raise Other() from error")),
    ("broad-except", "tools/wide.py", OPENING + "with contextlib.suppress(Exception):\n    go()\n"),
    ("environment-reads", "src/parley/web/app.py", OPENING + "x = os.environ['HOME']\n"),
    ("environment-reads", "src/parley/web/app.py", OPENING + "x = os.getenv('HOME')\n"),
    ("environment-reads", "src/parley/web/app.py", OPENING + "from os import environ\n"),
    ("scope-construction", "src/parley/web/deps.py", OPENING + "x = WorkspaceScope(a)\n"),
    ("scope-construction", "src/parley/web/deps.py", OPENING + "x = authorize.WorkspaceScope(a)\n"),
    ("standard-library-core", "src/parley/core/bots/model.py", OPENING + "import numpy.linalg\n"),
    ("standard-library-core", "src/parley/core/bots/model.py", OPENING + "from yaml import load\n"),
    ("machine-paths", "docs/guide.md", f"Look into `{MACHINE_PATH}/x`.\n"),
    ("machine-paths", "src/parley/where.py", OPENING + f"x = '{MACHINE_PATH}/x'\n"),
    ("lock-files", "uv.lock", "version = 1\n"),
    ("lock-files", "frontend/package-lock.json", '{"resolved": "x"}\n'),
    ("lock-files", "requirements/dev.txt", "--extra-index-url x\n"),
    ("lock-files", "requirements/dev.txt", "a @ git+https://example.org/a\n"),
]

ALLOWED = [
    ("src/parley/long.py", OPENING + "x = 1\n" * 399),
    ("frontend/app/long.ts", "// What it is for.\n" + "x;\n" * 399),
    ("frontend/client/schema.d.ts", "// Generated.\n" + "x;\n" * 4_000),
    ("src/parley/fits.py", function(50)),
    ("src/parley/fits.py", function_of(6, "self")),
    ("src/parley/entrypoints/cli/chat.py", function_of(9)),
    ("src/parley/core/bots/ports.py", port(7)),
    ("src/parley/core/bots/service.py", port(8, "Base")),
    ("tools/opens.sh", "#!/bin/sh\n# What it is for.\n"),
    ("src/parley/narrow.py", handler(" ValueError")),
    ("src/parley/narrow.py", handler(" BaseException", "raise")),
    ("tests/test_wide.py", handler(" Exception")),
    ("src/parley/settings.py", OPENING + "x = os.environ\n"),
    ("tools/reads.py", OPENING + "x = os.environ\n"),
    ("src/parley/core/workspaces/authorize.py", OPENING + "x = WorkspaceScope(a)\n"),
    (
        "src/parley/core/bots/model.py",
        OPENING + "import dataclasses\nfrom . import ports\nimport parley.core\n",
    ),
    ("docs/guide.md", "See https://example.org/root/with/it and ~/root/notes.\n"),
    (".venv/lib/utils.py", ""),
]


@pytest.mark.parametrize(("rule", "path", "text"), VIOLATIONS)
def test_a_violation_is_found_where_it_stands(tmp_path: Path, rule: str, path: str, text: str) -> None:
    findings = findings_in(tmp_path, path, text)
    assert [finding.split(": ")[1] for finding in findings] == [rule]
    assert findings[0].startswith(f"{path}:")


@pytest.mark.parametrize(("path", "text"), ALLOWED)
def test_the_nearest_allowed_form_passes(tmp_path: Path, path: str, text: str) -> None:
    assert findings_in(tmp_path, path, text) == []


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, _, _ in VIOLATIONS} == {rule.name for rule in RULES}


def test_every_exception_to_a_rule_names_a_file_that_exists() -> None:
    missing = [path for path in (*MAY_CATCH_EVERYTHING, *MAY_READ_ENVIRONMENT) if not (ROOT / path).is_file()]
    assert missing == []


def findings_in(root: Path, path: str, text: str) -> list[str]:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return check(root)
