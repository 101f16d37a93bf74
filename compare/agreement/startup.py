"""Importing torch takes longer than all the rest together: spare it what is not needed here."""

import sys
from types import ModuleType


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
