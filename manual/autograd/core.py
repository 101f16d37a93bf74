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
whatever NumPy calculates with: over object arrays of Fractions `+ - * / @`, whole powers, `sum`, `mean` (and reshaping,
indexing and totals along an axis, in `rules.py`) are exact, and so is the way back through them.
"""

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import partial
from heapq import heappop, heappush
from itertools import count
from math import prod
from operator import itemgetter
from typing import Any, NamedTuple, Self, TypeAlias
from weakref import ReferenceType, ref

import numpy as np
from numpy import asarray, ndarray
from numpy.typing import NDArray

from manual.autograd.errors import refusal
from manual.autograd.rounding import masked, rounded, summed

Array: TypeAlias = NDArray[Any]
Pull: TypeAlias = tuple[Callable[..., Any], list[int], Callable[[Any], Any]]
PLACES = {"a": 0, "b": 1, "c": 2, "out": -1}  # among an operation's operands and its result


class Memory:
    """What all variables that share an array know of it: how often it was overwritten."""

    version = 0


def pull(gradient: Callable[..., Any], saves: str = "") -> Pull:
    """The gradient of one operand, and the values that it takes after g: "a b c" operands, "out" the result.

    What it names is saved for the way back, and nothing else is. "shape" is the operand's, which takes no memory.
    """
    places = [PLACES[name] for name in saves.split() if name != "shape"]
    one = slice(places[0], places[0] + 1 or None) if places else slice(0)
    pick = itemgetter(*places) if len(places) > 1 else itemgetter(one)  # always gives a tuple
    return gradient, places, (lambda values: (values[0].shape,)) if saves == "shape" else pick


class Rule:
    """An operation: torch's name for it, its value, and for each operand its gradient, or (gradient, what it saves)."""

    def __init__(self, name: str, value: Any, *pulls: Any) -> None:
        self.name, self.value = name, value
        self.pulls = [pull(*one) if isinstance(one, tuple) else pull(one) for one in pulls]


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

    def __init__(self, variable: "Variable") -> None:
        """The node of a leaf."""
        self.number = -next(Node.numbers)
        self.shape, self.dtype = variable.array.shape, variable.array.dtype
        self.keeper = ref(variable)

    def __repr__(self) -> str:
        return f"<{self.label} object at {hex(id(self))}>"

    def name(self) -> str:
        return self.label

    next_functions = property(lambda self: tuple((edge and edge.source, 0) for edge in self.edges or ()))


_new, _edge = object.__new__, partial(tuple.__new__, Edge)  # as Node() and Edge(), without a Python function's call


def recorded(rule: Rule, operands: Sequence[Any], values: tuple[Any, ...], options: dict[str, Any]) -> Node | None:
    """The node of an operation, if a gradient may be asked of any operand. The result comes last in both sequences."""
    edges: list[Edge | None] = []
    stamps: list[tuple[Any, int]] = []
    for (gradient, places, pick), operand in zip(rule.pulls, operands, strict=False):
        source = getattr(operand, "node", None)  # a number has none
        if source is None:
            edges.append(None)
            continue
        for place in places:
            memory = getattr(operands[place], "memory", Memory)  # a number's never changes
            stamps.append((memory, memory.version))
        edges.append(_edge((source, partial(gradient, **options) if options else gradient, pick(values))))
    if not any(edges):
        return None
    node = _new(Node)
    node.label, node.edges, node.stamps, node.number = rule.name, edges, stamps, next(Node.numbers)
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
        variable = None if wanted is not None or node.keeper is None else node.keeper()
        if variable is not None:
            variable.accumulate(g)
        if wanted and node in wanted:
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
    if prod(shape) == 1:
        return asarray(summed(g)).reshape(shape)
    lead = g.ndim - len(shape)
    repeated = tuple(i for i in range(g.ndim) if i < lead or shape[i - lead] == 1)
    return asarray(summed(g, repeated)).reshape(shape)


def power(a: Any, to: float) -> Any:
    """a ** to; a cube by multiplication, as torch does: `pow` would round it differently."""
    return a * a * a if to == 3 else a**to


def slope(a: Array, to: float) -> Any:
    """The derivative of a ** to by a: to · a ** (to - 1), and 0 where `to` is 0, even at a = 0."""
    return to * (a * a if to == 3 else a ** (to - 1)) if to else zero(a)


def spread(g: Array, shape: tuple[int, ...]) -> Array:
    """The gradient of a sum: each summand receives that of the total. All places share one memory (stride 0)."""
    return ndarray(shape, g.dtype, g, 0, (0,) * len(shape))


def zero(array: Array) -> Any:
    """0; among exact numbers the Fraction, because the integer 0 divided by an integer is a float."""
    return Fraction(0) if array.dtype.kind == "O" else array.dtype.type(0)


ADD = Rule("AddBackward0", np.add, lambda g: g, lambda g: g)
SUB = Rule("SubBackward0", np.subtract, lambda g: g, lambda g: -g)
MUL = Rule("MulBackward0", np.multiply, (lambda g, b: g * b, "b"), (lambda g, a: g * a, "a"))
DIV = Rule("DivBackward0", np.divide, (lambda g, b: g / b, "b"), (lambda g, a, b: -g * ((a / b) / b), "a b"))
NEG = Rule("NegBackward0", np.negative, lambda g: -g)
SQUARE = Rule("PowBackward0", lambda a: a * a, (lambda g, a: g * (a + a), "a"))
POW = Rule("PowBackward0", power, (lambda g, a, to: g * slope(a, to), "a"))  # by a number
EXP = Rule("ExpBackward0", rounded(np.exp), (lambda g, out: g * out, "out"))
LOG = Rule("LogBackward0", rounded(np.log), (lambda g, a: g / a, "a"))
TANH = Rule("TanhBackward0", rounded(np.tanh), (lambda g, out: g * (1 - out * out), "out"))
RELU = Rule("ReluBackward0", lambda a: np.maximum(zero(a), a), (lambda g, out: masked(g, out <= 0, zero(g)), "out"))
SUM = Rule("SumBackward0", summed, (spread, "shape"))
MEAN = Rule("MeanBackward0", lambda a: summed(a) / a.size, (lambda g, s: spread(asarray(g / prod(s)), s), "shape"))
PRODUCTS = {  # by the operands' dimensions
    (1, 1): Rule("DotBackward0", np.matmul, (lambda g, b: g * b, "b"), (lambda g, a: g * a, "a")),
    (2, 1): Rule("MvBackward0", np.matmul, (lambda g, b: g[:, None] * b, "b"), (lambda g, a: a.T @ g, "a")),
    (1, 2): Rule("SqueezeBackward4", np.matmul, (lambda g, b: b @ g, "b"), (lambda g, a: a[:, None] * g, "a")),
    (2, 2): Rule("MmBackward0", np.matmul, (lambda g, b: g @ b.T, "b"), (lambda g, a: a.T @ g, "a")),
}


def _operator(rule: Rule) -> Callable[[Any, Any], Any]:
    """The method for an operation on a variable and a second operand, a variable or a number."""
    return lambda self, other: self.apply(rule, other)


class Variable:
    """An array that remembers how it was computed (`node`), and what gradient arrived at it (`grad`)."""

    array: Array
    node: Node | None = None  # None where no gradient is asked
    grad: Any = None
    __array_ufunc__ = None  # NumPy leaves `number * variable` to the variable

    def __init__(self, array: Any, requires_grad: bool = False) -> None:
        self.array, self.memory = asarray(array), Memory()
        if requires_grad:
            self.node = Node(self)

    def apply(self, rule: Rule, *others: Any, **options: Any) -> Self:
        """The rule's result on this variable and the other operands, variables or numbers, and its node."""
        operands = [self, *others]
        values = [operand.array if isinstance(operand, Variable) else operand for operand in operands]
        result = type(self)(rule.value(*values, **options))
        result.node = recorded(rule, [*operands, result], (*values, result.array), options)
        return result

    def backward(self, g: Any = 1) -> None:
        """Add to the `grad` of every leaf the derivative of this variable by it, times g."""
        if self.node:
            backward(self.node, np.full(self.array.shape, g + zero(self.array), self.array.dtype))

    def accumulate(self, gradient: Array) -> None:
        """Add to `grad`; the way back calls this at its end."""
        if self.grad is None:
            self.grad = gradient.copy()
        else:
            self.grad += gradient

    __add__ = __radd__ = _operator(ADD)
    __sub__ = _operator(SUB)
    __mul__ = __rmul__ = _operator(MUL)
    __truediv__ = _operator(DIV)

    def __neg__(self) -> Self:
        return self.apply(NEG)

    def __rsub__(self, other: Any) -> Self:
        return -self + other

    def __rtruediv__(self, other: Any) -> Self:
        return self**-1 * other

    def __pow__(self, other: float) -> Self:
        return self.apply(SQUARE) if other == 2 else self.apply(POW, to=other)

    def __matmul__(self, other: Self) -> Self:
        return self.apply(PRODUCTS[self.array.ndim, other.array.ndim], other)

    def sum(self) -> Self:
        return self.apply(SUM)

    def mean(self) -> Self:
        return self.apply(MEAN)


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
