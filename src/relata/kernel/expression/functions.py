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
from relata.kernel.expression.numbers import NUMBER_SQL, NUMBERS
from relata.kernel.expression.texts import TEXT_SQL, TEXTS

FUNCTIONS: dict[str, Function] = {
    function.name: function for function in (*LOGIC, *COMPARISONS, *NUMBERS, *TEXTS, *DATES)
}

# Statements that create the functions of schema `relata` which compiled expressions call; they may
# be run again.
FUNCTION_SQL: tuple[str, ...] = (*FOLD_SQL, *COMPARISON_SQL, *NUMBER_SQL, *TEXT_SQL, *DATE_SQL)

__all__ = ["FUNCTIONS", "FUNCTION_SQL", "Argument", "Function"]
