"""Say what this machine can isolate, by attempting what an answer must not do, and what else the kit finds here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, NamedTuple

from compare.reports.language import Messages

if TYPE_CHECKING:
    from compare.sandbox.calls import Layer
    from compare.sandbox.proof import Act

PACKAGES = ("numpy", "torch", "matplotlib", "rich", "jinja2", "pygments", "hypothesis", "distributed", "jupytext")


class Examination(NamedTuple):
    """The layers of isolation, the forbidden acts (none where there is no fork to attempt them in), and what else there
    is to know, by name ("" where it is absent)."""

    layers: Sequence[Layer]
    acts: Sequence[Act]
    environment: Sequence[tuple[str, str]]

    @property
    def sound(self) -> bool:
        """Would grading trust this machine?"""
        return all(layer.holds for layer in self.layers) and all(act.refused for act in self.acts)


def add_arguments(_: argparse.ArgumentParser) -> None:
    """None but the language, which every command has."""


def run(arguments: argparse.Namespace) -> int:
    """0 where every layer holds and every forbidden act is refused, 1 where grading would refuse."""
    from compare.sandbox.run import SandboxError

    try:
        examination = Examination(*_isolation(), tuple(_environment()))
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    render(examination, arguments.lang, sys.stdout)
    return 0 if examination.sound else 1


def _isolation() -> tuple[Sequence[Layer], Sequence[Act]]:
    """The layers, and the acts as they were attempted: none where no answer of another's would be run."""
    from compare.sandbox.calls import LAYERS, Layer
    from compare.sandbox.proof import prove
    from compare.sandbox.run import Sandbox
    from compare.sandbox.start import can_isolate

    if not can_isolate():
        return [Layer(name, False, "") for name in LAYERS], ()
    with Sandbox() as sandbox:
        return sandbox.layers, prove(sandbox)


def _environment() -> list[tuple[str, str]]:
    """What there is to know about this machine and this Python, by name."""
    import os
    import platform

    from compare.speed.pinned import version

    found = [
        ("system", f"{platform.system()} {platform.release()}"),
        ("machine", platform.machine()),
        ("processors", str(os.cpu_count())),
        ("user", f"uid {os.geteuid()}" if hasattr(os, "geteuid") else ""),
        ("python", f"{platform.python_version()} {sys.executable}"),
    ]
    return found + [(package, version(package)) for package in PACKAGES]


def render(examination: Examination, language: str, stream: IO[str]) -> None:
    """Write the environment, every layer, every act, and what follows from them."""
    from rich.text import Text

    from compare.reports.terminal import console, table

    say, out = Messages("doctor", language), console(stream)

    def show(heading: str, rows: Sequence[tuple[str, ...]]) -> None:
        found = table(gap=2, headers=False)
        for row in rows:
            found.add_row(*map(Text, row))
        out.print(Text(say(heading), style="bold"))
        out.print(found)
        out.print()

    layers = [
        (say("holds" if one.holds else "missing"), say(f"layer.{one.name}"), one.means if one.holds else "")
        for one in examination.layers
    ]
    acts = [(say("refused" if one.refused else "succeeded"), say(f"act.{one.name}")) for one in examination.acts]
    environment = [(name, value or say("absent")) for name, value in examination.environment]
    show("heading.environment", environment)
    show("heading.layers", layers)
    if acts:
        show("heading.acts", acts)
    out.print(Text(_conclusion(examination, say), style="bold"))


def _conclusion(examination: Examination, say: Messages) -> str:
    if examination.sound:
        return say("conclusion.sound")
    if not examination.acts:
        return say("conclusion.alone")
    missing = [say(f"layer.{layer.name}") for layer in examination.layers if not layer.holds]
    missing += [say(f"act.{act.name}") for act in examination.acts if not act.refused]
    return say("conclusion.unsound", missing="; ".join(missing))
