"""What the doctor found, as tables for a terminal."""

from collections.abc import Sequence
from typing import IO, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from compare.reports.finding import columns
from compare.reports.language import Messages
from compare.sandbox.calls import Layer
from compare.sandbox.proof import Act


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


def render(examination: Examination, language: str, stream: IO[str]) -> None:
    """Write the environment, every layer, every act, and what follows from them."""
    say = Messages("doctor", language)
    console = Console(file=stream, width=columns(stream), highlight=False)
    environment = [(name, value or say("absent")) for name, value in examination.environment]
    _print(console, say("heading.environment"), environment)
    _print(console, say("heading.layers"), [_layer(layer, say) for layer in examination.layers])
    if examination.acts:
        _print(console, say("heading.acts"), [_act(act, say) for act in examination.acts])
    console.print(Text(_conclusion(examination, say), style="bold"))


def _print(console: Console, heading: str, rows: Sequence[tuple[str, ...]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(Text(heading, style="bold"))
    console.print(table)
    console.print()


def _layer(layer: Layer, say: Messages) -> tuple[str, ...]:
    return say("holds" if layer.holds else "missing"), say(f"layer.{layer.name}"), layer.means if layer.holds else ""


def _act(act: Act, say: Messages) -> tuple[str, ...]:
    return say("refused" if act.refused else "succeeded"), say(f"act.{act.name}")


def _conclusion(examination: Examination, say: Messages) -> str:
    if examination.sound:
        return say("conclusion.sound")
    if not examination.acts:
        return say("conclusion.alone")
    missing = [say(f"layer.{layer.name}") for layer in examination.layers if not layer.holds]
    missing += [say(f"act.{act.name}") for act in examination.acts if not act.refused]
    return say("conclusion.unsound", missing="; ".join(missing))
