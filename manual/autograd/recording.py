"""How an operation is recorded: its value, and the way back to each operand that a gradient may be asked of."""

from collections.abc import Mapping, Sequence
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

    def __init__(self, array: Array, memory: Memory | None = None, node: Node | None = None) -> None:
        self.array = array
        self.memory = memory or Memory()
        self.node = node

    def accumulate(self, gradient: Array) -> None:
        raise NotImplementedError

    def apply(self, name: str, rule: Rule, *others: Any, **options: Any) -> Self:
        """The rule's result on this tensor and the others, recorded under torch's name for it."""
        return self.of(name, rule, (self, *others), options)

    @classmethod
    def of(cls, name: str, rule: Rule, operands: Sequence[Any], options: Mapping[str, Any]) -> Self:
        """The rule's result, with a node where an operand requires a gradient."""
        values = [operand.array if isinstance(operand, Recorded) else number(operand) for operand in operands]
        if len(values) == 2:
            values = promoted(*values)
        result = cls(np.asarray(rule.value(*values, **options)))
        if no_grad.depth:
            return result
        edges = []
        for operand, pull in zip(operands, rule.pulls, strict=False):
            if isinstance(operand, Recorded) and (operand.node or operand.trained):
                edges.append(_edge(operand, pull, (*operands, result), (*values, result.array), options))
        if edges:
            result.node = Node(name, edges)
        return result


def number(value: Any) -> Any:
    """A Python number or an array; a NumPy number counts as the Python number it holds, a Fraction as an array.

    Raises `TypeError` for anything else.
    """
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, int | float | np.ndarray):
        return value
    if isinstance(value, Fraction):
        return np.asarray(value, object)
    raise TypeError(f"a Tensor works with tensors and numbers, not with {type(value).__name__}")


def _edge(
    operand: Recorded, pull: Pull, tensors: Sequence[Any], values: Sequence[Any], options: Mapping[str, Any]
) -> Edge:
    """The way back to one operand, with what its pull needs: values as they are now, options, the operand's shape."""
    needs: list[Any] = [values[place] for place in pull.saved]
    memories = [tensors[place].memory if isinstance(tensors[place], Recorded) else _FIXED for place in pull.saved]
    array = operand.array
    for option in pull.options:
        needs.append(array.shape if option == "shape" else options[option])
    stamps = [(memory, memory.version) for memory in memories]
    return operand.node or operand, pull.gradient, needs, stamps, array.shape, array.dtype
