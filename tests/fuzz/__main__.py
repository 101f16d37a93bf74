"""Throw made-up input at every reader of foreign input: it may refuse, in its own words, and nothing else.

    python tests/fuzz.py [--examples 100000] [READER …]

A reader that raises anything but its refusal, or that takes longer than ten seconds, fails; Hypothesis then shrinks the
input and prints it.
"""

import argparse
import signal
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from compare.errors import InputError
from compare.grading.entries import Refused
from tests.fuzz.readers import READERS

LONGEST = 10.0  # seconds of computing that one input may take
REFUSALS = (InputError, Refused)


class Hang(BaseException):
    """No reader can take this for an error of the input's."""


def fuzz(name: str, examples: int) -> str:
    """Give the reader `examples` inputs. Raises what the reader should not have raised."""
    reader = READERS[name]

    @settings(
        max_examples=examples, database=None, deadline=None, phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(reader.inputs)
    def survives(data: Any) -> None:
        with limited(LONGEST):
            try:
                reader.read(data)
            except REFUSALS:
                return

    survives()
    return name


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raises `Hang` in the block after so many seconds of computing; waiting for a turn does not count."""

    def ring(*_: object) -> None:
        raise Hang(f"still reading after {seconds} seconds")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("readers", nargs="*", choices=[*READERS, []], metavar="READER")
    arguments = parser.parse_args()
    surprised = False
    with ProcessPoolExecutor() as pool:
        jobs = [pool.submit(fuzz, name, arguments.examples) for name in arguments.readers or READERS]
        for job in as_completed(jobs):
            surprised |= not reported(job, arguments.examples)
    return int(surprised)


def reported(job: Future[str], examples: int) -> bool:
    """Say how the job ended: did its reader survive?"""
    if (error := job.exception()) is None:
        print(f"{job.result()}: {examples} inputs, none of them a surprise", flush=True)
    else:
        traceback.print_exception(error)
    return error is None


if __name__ == "__main__":
    sys.exit(main())
