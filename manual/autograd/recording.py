"""How an operation is recorded: its value, and the way back to each operand that a gradient may be asked of."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ContextDecorator
from fractions import Fraction
from typing import Any, Self

import numpy as np

from manual.autograd.dtypes import promoted
from manual.autograd.engine import Array, Edge, Memory, Node
from manual.autograd.rules import Pull, Rule

_FIXED = Memory()  # of numbers, which nothing overwrites


class no_grad(ContextDecorator):
    """Within it nothing is recorded: `with torch.no_grad(): w -= lr * w.grad`."""

    depth = 0

    def __enter__(self) -> None:
        no_grad.depth += 1

    def __exit__(self, *_: object) -> None:
        no_grad.depth -= 1


class Recorded:
    """An array, the memory that it shares with its views, and the node that computed it (None for a leaf)."""

    trained = False  # whether it is a leaf that a gradient is asked of
    accumulate: Callable[[Array], None]  # of such a leaf

    def __init__(self, array: Array, memory: Memory | None = None, node: Node | None = None) -> None:
        self.array = array
        self.memory = memory or Memory()
        self.node = node

    def apply(self, name: str, rule: Rule, *others: Any, **options: Any) -> Self:
        """The rule's result on this tensor and at most one other operand, recorded under torch's name for it.

        Raises `RuntimeError` where the operands' shapes do not fit, `IndexError` for an axis that is not there.
        """
        values = promoted(self.array, _entries(others[0])) if others else [self.array]
        try:
            result = type(self)(np.asarray(rule.value(*values, **options)))
        except ValueError as unfit:
            raise unfit if isinstance(unfit, IndexError) else RuntimeError(f"{name}: {unfit}") from None
        if no_grad.depth:
            return result
        values.append(result.array)
        operands = (self, *others, result)
        edges = []
        for operand, pull in zip(operands, rule.pulls, strict=False):
            if isinstance(operand, Recorded) and (operand.node or operand.trained):
                edges.append(_edge(operand, pull, operands, values, options))
        if edges:
            result.node = Node(name, edges)
        return result


def _entries(operand: Any) -> Any:
    """An array or a Python number. A NumPy number counts as the Python number it holds, a Fraction as an array.

    Raises `TypeError` for anything else.
    """
    if isinstance(operand, Recorded):
        return operand.array
    if isinstance(operand, np.generic):
        return operand.item()
    if isinstance(operand, int | float | np.ndarray):
        return operand
    if isinstance(operand, Fraction):
        return np.asarray(operand, object)
    raise TypeError(f"a Tensor works with tensors and numbers, not with {type(operand).__name__}")


def _edge(
    operand: Recorded, pull: Pull, operands: Sequence[Any], values: Sequence[Any], options: Mapping[str, Any]
) -> Edge:
    """The way back to one operand, with what its pull needs: saved values as they are now, and options."""
    array = operand.array
    needs, stamps = [], []
    for place in pull.saved:
        needs.append(values[place])
        memory = operands[place].memory if isinstance(operands[place], Recorded) else _FIXED
        stamps.append((memory, memory.version))
    for option in pull.options:
        needs.append(array.shape if option == "shape" else options[option])
    return operand.node or operand, pull.gradient, needs, stamps, array.shape, array.dtype
