"""How an operation is recorded: its value, and the way back to each operand that a gradient may be asked of."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ContextDecorator
from fractions import Fraction
from typing import Any, Self

import numpy as np
from numpy import asarray

from manual.autograd.dtypes import promoted
from manual.autograd.engine import Array, Edge, Memory, Node
from manual.autograd.rules import Rule

_FIXED = Memory()  # of numbers, which nothing overwrites
_READY = (int, float, np.ndarray)


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
    node: Node | None = None

    def __init__(self, array: Array, memory: Memory | None = None) -> None:
        self.array = array
        self.memory = memory or Memory()

    def apply(self, name: str, rule: Rule, *others: Any, **options: Any) -> Self:
        """The rule's result on this tensor and at most one other operand, recorded under torch's name for it.

        Raises `RuntimeError` where the operands' shapes do not fit, `IndexError` for an axis that is not there.
        """
        values = promoted(self.array, _entries(others[0])) if others else [self.array]
        try:
            out = asarray(rule.value(*values, **options))
        except ValueError as unfit:
            raise unfit if isinstance(unfit, IndexError) else RuntimeError(f"{name}: {unfit}") from None
        result = type(self)(out)
        if not no_grad.depth:
            values.append(out)
            result.node = _node(name, rule, (self, *others, result), values, options)
        return result


def _entries(operand: Any) -> Any:
    """An array or a Python number. A NumPy number counts as the Python number it holds, a Fraction as an array.

    Raises `TypeError` for anything else.
    """
    if isinstance(operand, Recorded):
        return operand.array
    if isinstance(operand, np.generic):
        return operand.item()
    if isinstance(operand, _READY):
        return operand
    if isinstance(operand, Fraction):
        return np.asarray(operand)
    raise TypeError(f"a Tensor works with tensors and numbers, not with {type(operand).__name__}")


def _node(
    name: str, rule: Rule, operands: Sequence[Any], values: Sequence[Any], options: Mapping[str, Any]
) -> Node | None:
    """The way back to each operand, with what its pull needs: saved values as they are now, and options."""
    edges: list[Edge] = []
    stamps = []
    for pull in rule.pulls:
        operand = operands[pull.place]
        if isinstance(operand, Recorded) and (operand.node or operand.trained):
            needs = []
            for place in pull.saved:
                memory = getattr(operands[place], "memory", _FIXED)
                stamps.append((memory, memory.version))
                needs.append(values[place])
            array = operand.array
            for option in pull.options:
                needs.append(array.shape if option == "shape" else options[option])
            edges.append((operand.node or operand, pull.gradient, needs, array.shape, array.dtype))
    return Node(name, edges, stamps) if edges else None
