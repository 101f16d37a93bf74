"""The engine: operations leave a graph behind, and the chain rule walks it back to the leaves. Read this file first.

    a, b    the operands of an operation          out     its result
    g       the gradient that arrives at the result: how the loss moves with it; it has the result's shape
    pull    takes g to the gradient of one operand: one link of the chain rule, g · ∂out/∂operand
    leaf    a variable that nothing computed, such as a weight: where gradients end, and add up

    w, b = (Variable(np.zeros(1), requires_grad=True) for _ in range(2))
    loss = ((w * x + b - y) ** 2).mean()     w ──► MUL ──► ADD ──► SUB ──► SQUARE ──► MEAN ──► loss    the graph
    loss.backward()                          w ◄── MUL ◄── ADD ◄── SUB ◄── SQUARE ◄── MEAN ◄── 1       the way back
    SGD([w, b], lr=0.01).step()

This is the chain rule and nothing else; what makes it look like torch stands around it, in `tensor.py`. Entries are
whatever NumPy calculates with: over object arrays of Fractions whatever is rational is exact, and so is the way back.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial
from heapq import heappop, heappush
from itertools import count
from math import prod
from operator import itemgetter
from threading import local
from typing import Any, NamedTuple, TypeAlias
from weakref import ReferenceType, ref

import numpy as np
from numpy import asarray, ndarray

from manual.autograd.errors import floats, no_product, refusal, unfit
from manual.autograd.rounding import Array, summed

Pull: TypeAlias = tuple[Callable[..., Any], list[int], Callable[[Any], Any]]
PLACES = {"a": 0, "b": 1, "c": 2, "out": -1}  # among an operation's operands and its result


class Mode(local):
    """Whether operations are recorded, in this thread."""

    enabled = True


class Memory:
    """What all variables that share an array know of it: how often it was overwritten."""

    version = 0


def pull(given: Any) -> Pull:
    """The gradient of one operand, or (gradient, what it saves): the values that it takes after g.

    "a b c" are operands, "out" is the result: what is named is saved for the way back, and nothing else is. "shape" is
    the operand's, which takes no memory.
    """
    gradient, saves = given if isinstance(given, tuple) else (given, "")
    places = [PLACES[name] for name in saves.split() if name != "shape"]
    one = slice(places[0], places[0] + 1 or None) if places else slice(0)
    pick = itemgetter(*places) if len(places) > 1 else itemgetter(one)  # always gives a tuple
    return gradient, places, (lambda values: (values[0].shape,)) if saves == "shape" else pick


def operation(name: str, value: Callable[..., Any], *pulls: Any, real: bool | str = False) -> Callable[..., Any]:
    """An operation by torch's name, its value, and a pull for each operand: a function of variables and numbers.

    Its result has a node where a gradient may be asked. `real`: integers become floats, or that function refuses them.
    """
    rules = [*map(pull, pulls)]

    def apply(a: Any, *others: Any, **options: Any) -> Any:
        array = a.array
        if not others:
            values: Any = (array,)
        elif len(others) == 1 and isinstance(b := others[0], Variable) and b.array.dtype is array.dtype:
            values = (array, b.array)
        elif (values := a.mixed(name, array, *others)) is NotImplemented:
            return values
        if real and values[0].dtype.kind in "biu":
            values = floats(values, real)
        try:
            out = value(*values, **options)
        except (ValueError, TypeError, IndexError) as error:
            raise unfit(error, values) from None
        result = _new(a.kind)
        result.array = out if type(out) is ndarray else asarray(out)
        result.memory = Memory()
        if pulls and mode.enabled:
            result.node = recorded(name, rules, (a, *others, result), (*values, result.array), options)
        return result

    return apply


class Edge(NamedTuple):
    """The way back to one operand: the node that its gradient goes to, the pull that finds it, what the pull saved."""

    source: "Node"
    gradient: Callable[..., Any]
    needs: Sequence[Any]


class Node:
    """Where gradients arrive: one recorded operation, or a leaf, which has no edges.

    `edges` has one entry an operand, None where no gradient is asked. `number` orders the nodes by age; leaves are
    older than all else. `keeper` is the variable that keeps the gradient, if one does: a leaf, or who asked to retain.
    """

    numbers = count(1)
    label = "AccumulateGrad"
    edges: Sequence[Edge | None] | None = ()  # None once the saved values are freed
    stamps: Sequence[tuple[Any, int]] = ()  # the version that each saved value had
    keeper: "ReferenceType[Variable] | None" = None  # weak: a graph dies with its last reference

    def __init__(self, variable: "Variable") -> None:  # of a leaf; `recorded` makes the others
        self.number = -next(Node.numbers)
        self.shape, self.dtype = variable.array.shape, variable.array.dtype
        self.keeper = ref(variable)

    def __repr__(self) -> str:
        return f"<{self.label} object at {hex(id(self))}>"

    def name(self) -> str:
        return self.label

    next_functions = property(lambda self: tuple((edge and edge.source, 0) for edge in self.edges or ()))


mode, _new, _edge = Mode(), object.__new__, partial(tuple.__new__, Edge)  # as Node() and Edge(), but faster


def recorded(name: str, pulls: Sequence[Pull], operands: Sequence[Any], values: Any, options: Any) -> Node | None:
    """The node of an operation, if a gradient may be asked of any operand. The result is the last of the operands."""
    edges: list[Edge | None] = []
    stamps: list[tuple[Any, int]] = []
    for place, (gradient, saved, pick) in enumerate(pulls):
        source = getattr(operands[place], "node", None)  # a number has none
        if source is None:
            edges.append(None)
            continue
        for one in saved:
            memory = getattr(operands[one], "memory", Memory)  # a number's never changes
            stamps.append((memory, memory.version))
        edges.append(_edge((source, partial(gradient, **options) if options else gradient, pick(values))))
    if not any(edges):
        return None
    node = _new(Node)
    node.label, node.edges, node.stamps, node.number = name, edges, stamps, next(Node.numbers)
    node.shape, node.dtype = values[-1].shape, values[-1].dtype
    return node


def backward(root: Node, g: Array, retain_graph: bool = False, wanted: dict[Node, Any] | None = None) -> None:
    """Send g, the gradient of the root, back to every leaf. A leaf's gradient adds to what it holds already.

    With `wanted`, the gradients that arrive at those nodes are put there, and no leaf is changed.

    A node is newer than all that it was computed from. So "newest first" is an order in which every result comes
    before its operands: when a node's turn comes, all of its gradient has arrived. It needs no recursion. The leaves
    come last, so a walk that fails changes none of them. Raises `RuntimeError` where saved values are gone.
    """
    arriving = {root: g}
    waiting = [(-root.number, root)]  # a heap: the newest node comes first
    while waiting:
        node = heappop(waiting)[1]
        g = arriving.pop(node)
        if wanted is None:
            if node.keeper and (variable := node.keeper()) is not None:
                variable.accumulate(g)
        elif node in wanted:
            wanted[node] = g
        if node.edges is None:
            raise refusal("freed")
        for memory, version in node.stamps:
            if memory.version != version:
                raise refusal("overwritten", node.label, memory.version, version)
        for edge in node.edges:
            if edge is None:
                continue
            source, pull, needs = edge
            gradient = asarray(pull(g, *needs))
            if gradient.shape != source.shape:
                gradient = unbroadcast(gradient, source.shape)
            if gradient.dtype is not source.dtype:
                gradient = gradient.astype(source.dtype)
            if source in arriving:
                gradient = asarray(arriving[source] + gradient)  # the sum over all paths
            else:
                heappush(waiting, (-source.number, source))
            arriving[source] = gradient
        if node.stamps and not retain_graph:
            node.edges, node.stamps = None, ()  # a node that saved nothing stays usable, as in torch


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of an operand that broadcasting repeated: the sum over its copies, for each moved with the entry.

        b (3,)                 b used as (2, 3)             g (2, 3)                     gradient (3,)
                               ┌ b₀ b₁ b₂ ┐                 ┌ g₀₀ g₀₁ g₀₂ ┐
        [ b₀ b₁ b₂ ]   ──►     └ b₀ b₁ b₂ ┘        ──►      └ g₁₀ g₁₁ g₁₂ ┘     ──►      [ g₀₀+g₁₀  g₀₁+g₁₁  g₀₂+g₁₂ ]

    New axes come in front; an axis of length 1 is repeated. Both are summed, and the shape is the operand's again.
    """
    lead = g.ndim - len(shape)
    axes = None if prod(shape) == 1 else tuple(i for i in range(g.ndim) if i < lead or shape[i - lead] == 1)
    return asarray(summed(g, axes)).reshape(shape)


def spread(g: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of a sum: each summand receives that of the total. All places share one memory (stride 0)."""
    return ndarray(shape, g.dtype, g, 0, (0,) * len(shape))


def zero(array: Array) -> Any:
    """0; among exact numbers the Fraction, because the integer 0 divided by an integer is a float."""
    return Fraction(0) if array.dtype.kind == "O" else array.dtype.type(0)


ADD = operation("AddBackward0", np.add, lambda g: g, lambda g: g)
SUB = operation("SubBackward0", np.subtract, lambda g: g, lambda g: -g)
MUL = operation("MulBackward0", np.multiply, (lambda g, b: g * b, "b"), (lambda g, a: g * a, "a"))
RSUB = operation("RsubBackward1", lambda a, b: b - a, lambda g: -g)
DIV = operation(
    "DivBackward0", np.divide, (lambda g, b: g / b, "b"), (lambda g, a, b: -g * (a / b / b), "a b"), real=True
)
RECIPROCAL = operation("ReciprocalBackward0", lambda a: 1 / a, (lambda g, out: -g * (out * out), "out"), real=True)
NEG = operation("NegBackward0", np.negative, lambda g: -g)
SQUARE = operation("PowBackward0", lambda a: a * a, (lambda g, a: g * (a + a), "a"))
# By a number; the derivative of a ** 0 is 0, even at a = 0.
POW = operation("PowBackward0", lambda a, n: a**n, (lambda g, a, n: g * (n * a ** (n - 1) if n else zero(a)), "a"))
SUM = operation("SumBackward0", summed, (spread, "shape"))
MEAN = operation("MeanBackward0", lambda a: summed(a) / a.size, (lambda g, s: spread(asarray(g / prod(s)), s), "shape"))
PRODUCTS = {  # by the operands' dimensions
    (1, 1): operation("DotBackward0", np.matmul, (lambda g, b: g * b, "b"), (lambda g, a: g * a, "a")),
    (2, 1): operation("MvBackward0", np.matmul, (lambda g, b: g[:, None] * b, "b"), (lambda g, a: a.T @ g, "a")),
    (1, 2): operation("SqueezeBackward4", np.matmul, (lambda g, b: b @ g, "b"), (lambda g, a: a[:, None] * g, "a")),
    (2, 2): operation("MmBackward0", np.matmul, (lambda g, b: g @ b.T, "b"), (lambda g, a: a.T @ g, "a")),
}


class Variable:
    """An array that remembers how it was computed (`node`), and what gradient arrived at it (`grad`)."""

    array: Array
    node: Node | None = None  # None where no gradient is asked
    grad: Any = None
    kind: Any = property(type)  # of what is computed from it
    __array_ufunc__ = None  # NumPy leaves `number * variable` to the variable

    def __init__(self, array: Any, requires_grad: bool = False) -> None:
        self.array, self.memory = asarray(array), Memory()
        if requires_grad:
            self.node = Node(self)

    def mixed(self, _: str, array: Array, *others: Any) -> Any:
        """Its entries and those of the other operands, as the operation of that name takes them."""
        return array, *[getattr(one, "array", one) for one in others]

    def backward(self, g: Any = 1) -> None:
        """Add to the `grad` of every leaf the derivative of this variable by it, times g."""
        if self.node:
            backward(self.node, np.full(self.array.shape, g + zero(self.array), self.array.dtype))

    def accumulate(self, gradient: Array) -> None:
        """Add to `grad`; the way back calls this at its end."""
        self.grad = gradient + (zero(gradient) if self.grad is None else self.grad)

    __add__ = __radd__ = ADD
    __sub__, __rsub__ = SUB, RSUB
    __mul__ = __rmul__ = MUL
    __truediv__, __neg__, sum, mean = DIV, NEG, SUM, MEAN

    def __rtruediv__(self, other: Any) -> Any:
        return RECIPROCAL(self) * other

    def __pow__(self, to: Any) -> Any:
        return SQUARE(self) if to == 2 else POW(self, n=to)

    def __matmul__(self, other: Any) -> Any:
        """A product of vectors and matrices of one dtype. Raises `RuntimeError` for others."""
        if not isinstance(other, Variable):
            return NotImplemented
        left, right = self.array, other.array
        if (left.ndim, right.ndim) not in PRODUCTS or left.dtype != right.dtype:
            raise no_product(left, right)
        return PRODUCTS[left.ndim, right.ndim](self, other)


class SGD:
    """Gradient descent: each step moves every parameter against its gradient, p ← p - lr · ∂loss/∂p."""

    def __init__(self, parameters: Iterable[Variable], lr: float) -> None:
        self.parameters, self.lr = list(parameters), lr

    def step(self) -> None:
        for p in self.parameters:
            if p.grad is not None:
                p.array -= self.lr * p.grad
                p.memory.version += 1
            p.grad = None
