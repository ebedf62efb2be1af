"""A parser of arithmetic that computes as it reads: numbers, operators and a fixed table of functions."""

import math
import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, Inexact

_MOST_DEPTH = 40
_MOST_FACTORIAL = 1_000
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4}(?![\d.]))?)"
    r"|(?P<name>[A-Za-zπ][A-Za-z0-9]*)|(?P<mark>\*\*|//|[-+*/^%!(),]))"
)
_SAME = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "π": "pi"})
_END = ""

# How strongly an operator binds its right side; a higher number binds first.
_SUM, _PRODUCT, _SIGN, _POWER = 1, 2, 3, 4
_BINDS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "//": _PRODUCT, "mod": _PRODUCT, "of": _PRODUCT}

Function = Callable[[Context, list[Decimal]], Decimal]


class NotArithmetic(ValueError):
    """The text is no expression that this parser knows; the words say where it went wrong."""


class Expression:
    """`value()` reads the text once, from left to right."""

    def __init__(self, text: str, context: Context) -> None:
        self._tokens = [*_tokens(text.translate(_SAME)), _END]
        self._at = 0
        self._depth = 0
        self._context = context

    def value(self) -> Decimal:
        """Raises NotArithmetic, and the context's signals."""
        result = self._expression(0)
        if self._next() != _END:
            raise NotArithmetic(f"{self._next()!r} stands where an operator should.")
        return result

    def _next(self) -> str:
        return self._tokens[self._at]

    def _take(self) -> str:
        token = self._next()
        self._at += token != _END
        return token

    def _expect(self, token: str) -> None:
        if self._take() != token:
            raise NotArithmetic(f"a {token!r} is missing.")

    def _expression(self, binds: int) -> Decimal:
        """The value up to the first operator that binds no stronger than `binds`."""
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            raise NotArithmetic(f"it is nested deeper than {_MOST_DEPTH} levels.")
        left = self._operand()
        while _BINDS.get(self._next(), 0) > binds:
            operator = self._take()
            start = self._at
            right = self._expression(_BINDS[operator])
            if operator in {"+", "-"} and self._is_bare_percentage(start):
                right = self._context.multiply(left, right)  # 200 + 10% is 220
            left = self._apply(operator, left, right)
        self._depth -= 1
        return left

    def _is_bare_percentage(self, start: int) -> bool:
        """Whether all that was read since `start` is one number with a percent sign."""
        return self._at - start == 2 and self._tokens[self._at - 1] == "%"

    def _apply(self, operator: str, left: Decimal, right: Decimal) -> Decimal:
        match operator:
            case "+":
                return self._context.add(left, right)
            case "-":
                return self._context.subtract(left, right)
            case "/":
                return self._context.divide(left, right)
            case "//":
                return self._context.divide(left, right).to_integral_value(ROUND_FLOOR, self._context)
            case "mod":
                rest = self._context.remainder(left, right)
                # As mathematicians have it: the sign is the divisor's.
                return (
                    self._context.add(rest, right) if rest and rest.is_signed() != right.is_signed() else rest
                )
            case _:
                return self._context.multiply(left, right)

    def _operand(self) -> Decimal:
        sign = self._next()
        if sign in {"+", "-"}:
            self._take()
            value = self._expression(_SIGN)  # so that -2^2 is -4
            return self._context.minus(value) if sign == "-" else value
        base = self._with_marks(self._atom())
        if self._next() in {"^", "**"}:
            self._take()
            return self._context.power(base, self._expression(_POWER))
        return base

    def _with_marks(self, value: Decimal) -> Decimal:
        """`value` with the `!` and `%` that follow it; a `%` before another operand is the remainder."""
        while self._next() in {"!", "%"}:
            if self._take() == "!":
                value = _factorial(self._context, [value])
            elif _begins_operand(self._next()):
                value = self._apply("mod", value, self._with_marks(self._atom()))
            else:
                value = self._context.divide(value, Decimal(100))
        return value

    def _atom(self) -> Decimal:
        token = self._take()
        if token == "(":  # noqa: S105 - a token of the expression
            inner = self._expression(0)
            self._expect(")")
            return inner
        if token[:1].isdecimal() or token.startswith("."):
            return self._context.create_decimal(token.replace("_", ""))
        if token.lower() in CONSTANTS:
            self._context.flags[Inexact] = True
            return CONSTANTS[token.lower()]
        if token.lower() in FUNCTIONS:
            return self._call(token.lower())
        if token[:1].isalpha():
            raise NotArithmetic(f"there is no function or constant {token!r}.")
        raise NotArithmetic(
            "it ends too early." if token == _END else f"{token!r} stands where a number should."
        )

    def _call(self, name: str) -> Decimal:
        self._expect("(")
        values = [self._expression(0)]
        while self._next() == ",":
            self._take()
            values.append(self._expression(0))
        self._expect(")")
        function, least, most = FUNCTIONS[name]
        if not least <= len(values) <= most:
            raise NotArithmetic(f"{name} takes {least if least == most else f'{least} or more'} values.")
        return function(self._context, values)


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise NotArithmetic(f"{text[at:].strip()[:10]!r} is not arithmetic.")
        tokens.append(found[found.lastgroup or 0])
        at = found.end()
    return tokens


def _begins_operand(token: str) -> bool:
    return token not in _BINDS and (token[:1].isalnum() or token[:1] in {"(", "."}) and token != _END


def _round(context: Context, values: list[Decimal]) -> Decimal:
    """Halves away from zero, as people round."""
    places = int(values[1]) if len(values) > 1 else 0
    if abs(places) > 40:
        raise NotArithmetic("round takes at most 40 places.")
    # In a context of its own: a result that was meant to be rounded needs no warning.
    return values[0].quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, context.copy())


def _factorial(context: Context, values: list[Decimal]) -> Decimal:
    [value] = values
    if value != value.to_integral_value() or not 0 <= value <= _MOST_FACTORIAL:
        raise NotArithmetic(f"the factorial is for whole numbers from 0 to {_MOST_FACTORIAL}.")
    return context.create_decimal(math.factorial(int(value)))


def _log2(context: Context, values: list[Decimal]) -> Decimal:
    return context.divide(context.ln(values[0]), context.ln(Decimal(2)))


def _floating(function: Callable[[float], float]) -> Function:
    def apply(context: Context, values: list[Decimal]) -> Decimal:
        try:
            result = function(float(values[0]))
        except ValueError:
            raise NotArithmetic("a function is asked for a value outside its range.") from None
        context.flags[Inexact] = True
        # Below the precision of a double: the zero of cos(pi / 2) comes out as 6e-17.
        noise = abs(result) < 1e-16 < abs(values[0])
        return Decimal(0) if noise else Context(prec=16).create_decimal_from_float(result)

    return apply


def _sum(context: Context, values: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = context.add(total, value)
    return total


CONSTANTS = {
    "pi": Decimal("3.1415926535897932384626433832795028841971693993751"),
    "tau": Decimal("6.2831853071795864769252867665590057683943387987502"),
    "e": Decimal("2.7182818284590452353602874713526624977572470936999"),
}
_MANY = 100
FUNCTIONS: dict[str, tuple[Function, int, int]] = {
    "sqrt": (lambda context, values: context.sqrt(values[0]), 1, 1),
    "abs": (lambda context, values: context.abs(values[0]), 1, 1),
    "round": (_round, 1, 2),
    "floor": (lambda context, values: values[0].to_integral_value(ROUND_FLOOR, context), 1, 1),
    "ceil": (lambda context, values: values[0].to_integral_value(ROUND_CEILING, context), 1, 1),
    "min": (lambda context, values: min(values), 1, _MANY),
    "max": (lambda context, values: max(values), 1, _MANY),
    "sum": (_sum, 1, _MANY),
    "factorial": (_factorial, 1, 1),
    "ln": (lambda context, values: context.ln(values[0]), 1, 1),
    "log": (lambda context, values: context.log10(values[0]), 1, 1),
    "log10": (lambda context, values: context.log10(values[0]), 1, 1),
    "log2": (_log2, 1, 1),
    "exp": (lambda context, values: context.exp(values[0]), 1, 1),
    **{
        name: (_floating(getattr(math, name)), 1, 1) for name in ("sin", "cos", "tan", "asin", "acos", "atan")
    },
}
"""Each with the least and the most values it takes."""
