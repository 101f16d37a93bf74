"""Break the code in thousands of small ways, one at a time, and see that some test notices each.

    python -m tests.mutants [--sample 200] [--seed 0] [--survivors FILE] [FILE or FOLDER …]

The mutations are mutmut's: an operator, a number, a name, an argument, a condition. The tests that come to the broken
place are run, the nearest first, until one fails or the time that a mutant has is over. Texts for people are exempt.
Mutants that nobody can tell from the original are listed, each with the reason, in equivalent_mutants.toml. Ends with 1
if any other mutant survives.
"""

import argparse
import itertools
import multiprocessing
import os
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

from tests.mutants.imports import named_after, nearest
from tests.mutants.libraries import load
from tests.mutants.made import Mutant, changes, equivalents
from tests.mutants.map import surveyed
from tests.mutants.places import Places
from tests.mutants.tried import Choice, Result, Trials

KIT = Path(__file__).resolve().parents[2]
FOLDERS = ("manual", "compare/truth", "compare/agreement", "compare/exercises", "compare/grading")
USUAL = [KIT / folder for folder in FOLDERS]
FATES = ("killed", "timed out", "equivalent", "survived")
Figures = dict[str, Counter[str]]


def main() -> int:
    arguments = _parser().parse_args()
    started = time.monotonic()
    sources = read(arguments.files or USUAL)
    mutants = made(sources, arguments.sample, random.Random(arguments.seed), arguments.jobs)
    survivors: list[Mutant] = []
    figures: Figures = defaultdict(Counter)
    for result in tried(mutants, sources, arguments.budget, arguments.jobs):
        figures[result.mutant.file.parent.as_posix()][result.fate] += 1
        if result.fate == "survived":
            survivors.append(result.mutant)
            print(f"\rsurvived: {result.mutant.described()}", flush=True)
            if arguments.survivors:
                arguments.survivors.write_text("".join(listed(survivors)), encoding="utf-8")
        _show_progress(figures, len(mutants), started)
    print("\r" + "\n".join(table(figures)) + f"\n{(time.monotonic() - started) / 60:.1f} minutes")
    return int(bool(survivors))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="try so many mutants, drawn at random (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    parser.add_argument("--budget", type=float, default=2.0, help="seconds of tests for each; then five times that")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    parser.add_argument("--survivors", type=Path, metavar="FILE", help="list those that survive, file by file")
    parser.add_argument("files", nargs="*", type=Path, help="break only these (default: " + " ".join(FOLDERS) + ")")
    return parser


def read(paths: Iterable[Path]) -> dict[Path, str]:
    """The files, and those in the folders, each with its text."""
    files = {file.resolve() for path in paths for file in (path.rglob("*.py") if path.is_dir() else [path])}
    return {file.relative_to(KIT): file.read_text(encoding="utf-8") for file in sorted(files)}


def made(sources: dict[Path, str], sample: int | None, chance: random.Random, jobs: int) -> list[Mutant]:
    """The mutants of the files; at most `sample` of them, drawn by `chance`."""
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        found = list(itertools.chain.from_iterable(pool.starmap(changes, sources.items(), chunksize=1)))
    print(f"{len(found)} mutants of {len(sources)} files", flush=True)
    if sample is not None:
        found = chance.sample(found, min(sample, len(found)))
    return [mutant for change in found if (mutant := change.made(sources[change.file]))]


def tried(mutants: Sequence[Mutant], sources: dict[Path, str], budget: float, jobs: int) -> Iterator[Result]:
    """Every mutant with its fate; those that are listed as equivalent are not tried.

    First with the tests that are named after its file, which are quick; what survives those, with the nearest as well.
    """
    known = equivalents()
    yield from (Result(mutant, "equivalent", "", 0.0) for mutant in mutants if mutant.key in known)
    places = Places(read(USUAL) | sources)
    alive = [mutant for mutant in mutants if mutant.key not in known]
    for chosen, seconds in ((named_after, budget), (nearest, 5 * budget)):
        if not alive:
            return
        files = sorted({test for file in {mutant.file for mutant in alive} for test in chosen(file, KIT)})
        load(files, KIT)
        choice = Choice(KIT, places, surveyed(KIT, places, files, jobs))
        results = Trials(choice, KIT, seconds).run(alive, files, jobs)
        alive = yield from _all_but_survivors(results)
    yield from (Result(mutant, "survived", "", 0.0) for mutant in alive)


def _all_but_survivors(results: Iterable[Result]) -> Generator[Result, None, list[Mutant]]:
    alive = []
    for result in results:
        if result.fate not in FATES[:2]:  # survived, or no test came to it
            alive.append(result.mutant)
        else:
            yield result
    return alive


def _show_progress(figures: Figures, count: int, started: float) -> None:
    done = sum(figures.values(), Counter())
    if sys.stdout.isatty() or done.total() % 100 == 0:
        minutes = (time.monotonic() - started) / 60
        print(f"\r{done.total()} of {count}, {done['survived']} survived, {minutes:.1f} minutes", end="", flush=True)


def table(figures: Figures) -> Iterator[str]:
    """A line a folder, and one for all."""
    for name, counts in (*sorted(figures.items()), ("all", sum(figures.values(), Counter()))):
        yield f"{name}: {counts.total()} mutants, " + ", ".join(f"{counts[fate]} {fate}" for fate in FATES)


def listed(survivors: Iterable[Mutant]) -> Iterator[str]:
    """The survivors, file by file, in the order of their lines."""
    for mutant in sorted(survivors, key=lambda mutant: (mutant.file, mutant.start)):
        yield f"{mutant.described()}\n"


if __name__ == "__main__":
    sys.exit(main())
