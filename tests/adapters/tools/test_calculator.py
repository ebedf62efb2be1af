"""The calculator: right in decimals, bounded in everything, and deaf to anything but arithmetic."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from parley.adapters.tools.calculator import Calculator
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolFailed
from parley.core.workspaces.model import WorkspaceScope
from parley.testing.tools import ToolContract

RESULTS = [
    ("0.1 + 0.2", "0.3"),
    ("12 * (3 + 4) / 8", "10.5"),
    ("1/3", "0.33333333333333333333 (rounded)"),
    ("1/3 * 3", "1 (rounded)"),
    ("2^100", "1267650600228229401496703205376"),
    ("2 ** 3 ** 2", "512"),
    ("-2^2", "-4"),
    ("2^-1", "0.5"),
    ("17 % 5", "2"),
    ("-7 mod 3", "2"),
    ("-7 // 2", "-4"),
    ("15% of 80", "12"),
    ("200 + 10%", "220"),
    ("200 - 10%", "180"),
    ("100 + 5% + 5%", "110.25"),
    ("50% * 3", "1.5"),
    ("sqrt(16) + abs(-3)", "7"),
    ("sqrt(2)", "1.4142135623730950488 (rounded)"),
    ("round(2.675, 2)", "2.68"),
    ("round(-2.5)", "-3"),
    ("floor(-1.5) + ceil(1.2)", "0"),
    ("min(3, 2, 1) + max(1, 2) + sum(1, 2, 3.5)", "9.5"),
    ("5! / 3!", "20"),
    ("100! / 98!", "9900"),
    ("ln(e)", "1 (rounded)"),
    ("log(1000) + log2(8)", "6 (rounded)"),
    ("cos(pi / 2)", "0 (rounded)"),
    ("sin(0)", "0 (rounded)"),
    ("2 × 3 ÷ 4 − 1", "0.5"),
    ("1_000 * 1e3", "1000000"),
    ("0.00001 * 0.00001", "0.0000000001"),
    ("1e-30 * 1e-40", "1E-70"),
    ("3" * 60 + " + 1", "3" * 59 + "4"),
]

REFUSALS = [
    ("1 / 0", "divides by zero"),
    ("10 mod 0", "no real number"),
    ("0 / 0", "no real number"),
    ("sqrt(-1)", "no real number"),
    ("(-8)^(1/3)", "no real number"),
    ("ln(0)", "infinite"),
    ("9^9^9^9", "more than 9999 digits"),
    ("exp(1e9)", "more than 9999 digits"),
    ("1.0000000001^1000000000000000000", "more than 9999 digits"),
    ("1001!", "0 to 1000"),
    ("2.5!", "0 to 1000"),
    ("acos(2)", "outside its range"),
    ("sin(1e400)", "outside its range"),
    ("round(1, 99)", "at most 40"),
    ("sqrt(1, 2)", "sqrt takes 1"),
    ("12 * (3 + 4", "a '\\)' is missing"),
    ("2 3", "'3' stands where an operator should"),
    ("1 +", "ends too early"),
    ("1,234", "','"),
    ("__import__('os')", "not arithmetic"),
    ("open(1)", "no function or constant 'open'"),
    ("().__class__", "not arithmetic"),
    ("()", "stands where a number should"),
    ("(" * 60 + "1" + ")" * 60, "nested deeper than 40"),
    ("-" * 90 + "1", "nested deeper than 40"),
    ("1+" * 249 + "((", "ends too early"),
    ("x" * 501, "length <= 500"),
    ("", "length >= 1"),
]


class TestCalculator(ToolContract):
    arguments: Mapping[str, Any] = {"expression": "1 + 1"}

    @pytest.fixture
    def tool(self, kit: Kit) -> Calculator:
        return Calculator(kit)

    @pytest.mark.parametrize(("expression", "result"), RESULTS)
    async def test_it_is_right(
        self, tool: Calculator, scope: WorkspaceScope, expression: str, result: str
    ) -> None:
        assert (await tool.run(Invocation({"expression": expression}, scope))).text == result

    @pytest.mark.parametrize(("expression", "why"), REFUSALS)
    async def test_what_it_cannot_work_out_is_said_quickly(
        self, tool: Calculator, scope: WorkspaceScope, expression: str, why: str
    ) -> None:
        began = time.process_time()
        with pytest.raises(ToolFailed, match=why):
            await tool.run(Invocation({"expression": expression}, scope))
        assert time.process_time() - began < 1
