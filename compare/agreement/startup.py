"""Importing torch takes longer than all the rest together: start it early, and spare it what is not needed here."""

import threading


def import_torch() -> None:
    """Import torch with its optimizers, and the mirror, but not torch's compiler.

    The first optimizer that is made imports the whole compiler (another second), only to tell it to keep out of
    `add_param_group`. Nothing is compiled here: the function is marked as one that the compiler has been told of.
    """
    import torch.optim

    import torch_impl.regression
    import torch_impl.sgd
    import torch_impl.training  # noqa: F401

    original = getattr(torch.optim.Optimizer.add_param_group, "__wrapped__", None)
    if original is not None:
        original.__dynamo_disable = original


def start_importing_torch() -> threading.Thread:
    """Import torch in the background; `join()` it before torch is used."""
    thread = threading.Thread(target=import_torch, name="import torch")
    thread.start()
    return thread
