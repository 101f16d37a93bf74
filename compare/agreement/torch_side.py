"""torch's side of a comparison, here or in a process of its own.

Importing torch takes longer than all the rest together, and while it is imported a thread beside it gets little done.
A second process does: `python -m compare.agreement.torch_side` reads pickled jobs of our own making, one after another,
and writes an answer for each; meanwhile the other sides and the truth are computed here.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from compare.errors import Fault, need

if TYPE_CHECKING:
    from compare.agreement.replay import Arithmetic


class TorchJob(NamedTuple):
    """What torch is to train: as `torch_impl.training.train` takes it; `start` is the update of epoch 0."""

    data: tuple[Any, Any, Any, Any]  # x, y, w, b
    options: Mapping[str, Any]
    last: int
    trained: Sequence[str]
    start: int


class TorchAnswer(NamedTuple):
    """The fields of the run, the hidden updates included; the predictions of epoch 0, None if it never came; and
    what the probe saw of this torch's arithmetic."""

    run: tuple[Any, ...]
    yp: Any
    arithmetic: "Arithmetic"


class TorchSide:
    """A process that is importing torch; leaving the `with` ends it."""

    def __init__(self) -> None:
        need("torch")
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, job: TorchJob) -> None:
        """Queue a job; it does not wait."""
        assert self._process.stdin is not None
        try:
            pickle.dump(tuple(job), self._process.stdin)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._ended() from None

    def answer(self) -> TorchAnswer:
        """The answer to the next job; waits for it."""
        assert self._process.stdout is not None
        try:
            return TorchAnswer(*pickle.load(self._process.stdout))
        except EOFError:
            raise self._ended() from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def _ended(self) -> Fault:
        return Fault("ended", "torch", code=self._process.wait())


def work(job: TorchJob) -> TorchAnswer:
    """Train by torch, in this process."""
    import torch

    import torch_impl.regression
    import torch_impl.sgd
    import torch_impl.training

    run = torch_impl.training.train(*job.data, torch_impl.sgd.SGD(**job.options), job.last, job.trained)
    if len(run.loss) <= job.start:
        return TorchAnswer(tuple(run), None, arithmetic())
    x, w, b = (torch.tensor(value) for value in (job.data[0], run.w[job.start], run.b[job.start]))
    return TorchAnswer(tuple(run), torch_impl.regression.predict(x, w, b).numpy(), arithmetic())


@cache
def arithmetic() -> "Arithmetic":
    """What the probe sees of this process's torch. The parameters of a lesson of one feature are scalars, as here."""
    import torch

    from compare.agreement.replay import probe

    def summed(v: Any) -> Any:
        return torch.from_numpy(v).sum().numpy()

    def multiply_add(a: Any, b: Any, c: Any) -> Any:
        return torch.tensor(c).add(torch.tensor(b), alpha=float(a)).numpy()

    return probe(summed, multiply_add)


def serve() -> None:
    """Answer jobs until there are no more; then end without taking torch apart."""
    import_torch()
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            os._exit(0)
        pickle.dump(tuple(work(TorchJob(*job))), sys.stdout.buffer)
        sys.stdout.buffer.flush()


def import_torch() -> None:
    """Import torch with its optimizers, and the mirror, but not torch's compiler.

    An optimizer imports the whole compiler at its first step (another second), only to tell it to keep out: `disable`
    and `graph_break` do nothing where nothing is compiled. A program that compiles nothing can do with just these two.
    """
    import torch.optim

    if "torch._dynamo" not in sys.modules:
        stand_in = ModuleType("torch._dynamo")
        stand_in.disable = lambda function, *_, **__: function  # type: ignore[attr-defined]
        stand_in.graph_break = lambda: None  # type: ignore[attr-defined]
        sys.modules["torch._dynamo"] = torch._dynamo = stand_in

    import torch_impl.regression
    import torch_impl.sgd
    import torch_impl.training  # noqa: F401


if __name__ == "__main__":
    serve()
