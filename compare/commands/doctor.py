"""Say what this machine can isolate, by attempting what an answer must not do, and what else the kit finds here."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import metadata
from typing import TYPE_CHECKING

from compare.reports.language import LANGUAGES

if TYPE_CHECKING:
    from compare.sandbox.calls import Layer
    from compare.sandbox.proof import Act

PACKAGES = ("numpy", "torch", "matplotlib", "rich", "jinja2", "pygments", "hypothesis", "distributed", "jupytext")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, help="the language (default: the locale's)")


def run(arguments: argparse.Namespace) -> int:
    """0 where every layer holds and every forbidden act is refused, 1 where grading would refuse."""
    from compare.reports import doctor
    from compare.reports.language import reader_language
    from compare.sandbox.run import SandboxError

    language = arguments.lang or reader_language()
    try:
        examination = doctor.Examination(*_isolation(), tuple(_environment()))
    except SandboxError as error:
        print(error, file=sys.stderr)
        return 1
    doctor.render(examination, language, sys.stdout)
    return 0 if examination.sound else 1


def _isolation() -> tuple[Sequence[Layer], Sequence[Act]]:
    """The layers, and the acts as they were attempted: none where no answer of another's would be run."""
    from compare.sandbox.calls import LAYERS, Layer
    from compare.sandbox.proof import prove
    from compare.sandbox.run import Sandbox
    from compare.sandbox.spawn import can_isolate

    if not can_isolate():
        return [Layer(name, False, "") for name in LAYERS], ()
    with Sandbox() as sandbox:
        return sandbox.layers, prove(sandbox)


def _environment() -> list[tuple[str, str]]:
    """What there is to know about this machine and this Python, by name."""
    import os
    import platform

    found = [
        ("system", f"{platform.system()} {platform.release()}"),
        ("machine", platform.machine()),
        ("processors", str(os.cpu_count())),
        ("user", f"uid {os.geteuid()}" if hasattr(os, "geteuid") else ""),
        ("python", f"{platform.python_version()} {sys.executable}"),
    ]
    return found + [(package, _version(package)) for package in PACKAGES]


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
