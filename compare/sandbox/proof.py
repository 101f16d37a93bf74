"""Proves the isolation by attempting what it forbids, in a student's process."""

import ast
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

from compare.sandbox.calls import ERROR, OUT_OF_MEMORY, UNSET, Answer, Exercise, Layer, SourceFailure
from compare.sandbox.run import Sandbox, SandboxError

_ACTS = Path(__file__).with_name("acts.py")


class Act(NamedTuple):
    """A forbidden act, whether it was refused, and how."""

    name: str
    refused: bool
    how: str


def act_names() -> tuple[str, ...]:
    """The acts of `acts.py`, in its order."""
    body = ast.parse(_ACTS.read_bytes()).body
    return tuple(node.name.replace("_", "-") for node in body if isinstance(node, ast.FunctionDef))


def prove(sandbox: Sandbox) -> tuple[Act, ...]:
    """Attempt every act of `acts.py`. Raises `SandboxError` where that cannot even be tried."""
    exercises = tuple(Exercise(name.replace("-", "_"), (), 1, ((),)) for name in act_names())
    with tempfile.TemporaryDirectory() as folder:
        secret = f"SECRET, FOLDER = {_secret(folder)!r}, {folder!r}\n"
        answers = sandbox.run(_ACTS.read_bytes() + secret.encode(), exercises)
    if isinstance(answers, SourceFailure):
        raise SandboxError(f"{answers.reason} {answers.detail}")
    acts = zip(act_names(), answers, strict=True)
    return tuple(Act(name, _refused(answer), answer.detail) for name, answer in acts)


def _refused(answer: Answer) -> bool:
    """Did the system refuse it? An act that only lacked a name was not even tried."""
    unnamed = any(note.startswith("unset:") for note in answer.notes)
    return answer.reason in (ERROR, OUT_OF_MEMORY) or (answer.reason == UNSET and not unnamed)


def _secret(folder: str) -> str:
    """A file that anyone may read, in a folder in which anyone may write: only the layers stand before it."""
    path = os.path.join(folder, "secret")
    Path(path).write_text("secret", encoding="utf-8")
    os.chmod(folder, 0o777)
    os.chmod(path, 0o666)
    return path


def lacking(sandbox: Sandbox) -> tuple[Layer | Act, ...]:
    """The layers that this machine has not and the acts that it did not refuse: empty where the isolation holds."""
    layers = tuple(layer for layer in sandbox.layers if not layer.holds)
    return layers + tuple(act for act in prove(sandbox) if not act.refused)
