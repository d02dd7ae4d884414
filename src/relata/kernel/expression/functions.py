"""The registry: every function and operator of the language as data.

Parser, compiler, evaluator, documentation and autocompletion read it, and nothing else knows a
function by name.
"""

from __future__ import annotations

from relata.kernel.expression.comparison import COMPARISON_SQL, COMPARISONS
from relata.kernel.expression.dates import DATE_SQL, DATES
from relata.kernel.expression.fold import FOLD_SQL
from relata.kernel.expression.function import Argument, Function
from relata.kernel.expression.logic import LOGIC
from relata.kernel.expression.moments import MOMENT_SQL, MOMENTS
from relata.kernel.expression.numbers import NUMBER_SQL, NUMBERS
from relata.kernel.expression.parts import PART_SQL, PARTS
from relata.kernel.expression.periods import PERIOD_SQL, PERIODS
from relata.kernel.expression.powers import POWER_SQL, POWERS
from relata.kernel.expression.texts import TEXT_SQL, TEXTS

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (*LOGIC, *COMPARISONS, *NUMBERS, *POWERS, *TEXTS, *PARTS, *DATES, *PERIODS, *MOMENTS)
}

# Statements that create the functions of schema `relata` which compiled expressions call; they may
# be run again.
FUNCTION_SQL: tuple[str, ...] = (
    *FOLD_SQL, *COMPARISON_SQL, *NUMBER_SQL, *POWER_SQL, *TEXT_SQL, *PART_SQL, *DATE_SQL, *PERIOD_SQL, *MOMENT_SQL,
)  # fmt: skip

__all__ = ["FUNCTIONS", "FUNCTION_SQL", "Argument", "Function"]
