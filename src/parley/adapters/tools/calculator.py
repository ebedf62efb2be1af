"""Works out arithmetic in decimals, so that 0.1 + 0.2 is 0.3; it evaluates nothing but arithmetic."""

from decimal import Context, Decimal, DecimalException, DivisionByZero, Inexact, Overflow
from typing import Annotated

from msgspec import Meta

from parley.adapters.tools.arguments import Arguments, read, schema_of
from parley.adapters.tools.expression import Expression, NotArithmetic
from parley.adapters.tools.kit import Kit
from parley.core.tools.model import Invocation, ToolDescription, ToolFailed, ToolOutput

_DIGITS = 200
_SHOWN_DIGITS = 20
"""Of a result that had to be rounded."""
_GREATEST_EXPONENT = 9_999
_FIXED_DIGITS = 60
"""Numbers longer than this are written with an exponent."""


class CalculatorArguments(Arguments, frozen=True):
    expression: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=500,
            description="Numbers with + - * / // ^ mod, % (15% of 80, 200 + 10%), ( ), ! and the functions"
            " sqrt abs round floor ceil min max sum ln log log2 exp sin cos tan asin acos atan (radians);"
            " pi, e. A point separates decimals: 1234.5.",
        ),
    ]


class Calculator:
    description = ToolDescription(
        "calculator",
        "Works out an arithmetic expression exactly, in decimals.",
        schema_of(CalculatorArguments),
        changes_things=False,
    )

    def __init__(self, kit: Kit) -> None:
        pass  # arithmetic needs nobody

    async def run(self, invocation: Invocation) -> ToolOutput:
        expression = read(CalculatorArguments, invocation.arguments).expression
        context = Context(prec=_DIGITS, Emax=_GREATEST_EXPONENT, Emin=-_GREATEST_EXPONENT)
        try:
            result = context.plus(Expression(expression, context).value())
        except NotArithmetic as error:
            raise ToolFailed(f"{expression!r} cannot be worked out: {error}") from None
        except DivisionByZero:
            raise ToolFailed(f"{expression!r} divides by zero.") from None
        except Overflow:
            raise ToolFailed(
                f"The result of {expression!r} has more than {_GREATEST_EXPONENT} digits.",
                hint="Use smaller numbers.",
            ) from None
        except DecimalException:
            raise ToolFailed(f"{expression!r} has no real number as its result.") from None
        if not result.is_finite():
            raise ToolFailed(f"The result of {expression!r} is infinite.")
        rounded = bool(context.flags[Inexact])
        return ToolOutput(f"{_written(result, rounded=rounded)}{' (rounded)' if rounded else ''}")


def _written(result: Decimal, *, rounded: bool) -> str:
    if rounded:
        result = Context(prec=_SHOWN_DIGITS).plus(result)
    if not result:
        return "0"
    _, digits, exponent = result.normalize(Context(prec=_DIGITS)).as_tuple()
    length = len(digits) + abs(int(exponent))
    if length > _FIXED_DIGITS:
        return f"{result.normalize(Context(prec=_DIGITS)):E}"
    text = f"{result:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
