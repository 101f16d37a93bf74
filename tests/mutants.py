"""Break the code in thousands of small ways, one at a time, and see that some test notices each.

    python tests/mutants.py [--sample 200] [--seed 0] [FILE …]

The mutations are mutmut's: an operator, a number, a name, an argument, a condition. Each is written into a copy of the
checkout, where the test files nearest to the broken module run until one fails: a mutant that only a distant test would
notice survives. Texts for people are exempt. Mutants that nobody can tell from the original are listed, each with the
reason, in equivalent_mutants.toml. Ends with 1 if any other mutant survives.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mutants_made import Mutant, changes, equivalents
from mutants_tried import Bench, copies, nearest_tests

KIT = Path(__file__).parent.parent
FOLDERS = ("manual", "compare/agreement", "compare/exercises", "compare/grading")
FATES = ("killed", "timed out", "survived", "equivalent")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="try so many mutants, drawn at random (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw")
    parser.add_argument("files", nargs="*", type=Path, help="break only these (default: " + " ".join(FOLDERS) + ")")
    arguments = parser.parse_args()
    started = time.monotonic()
    files = arguments.files or [path for folder in FOLDERS for path in sorted((KIT / folder).rglob("*.py"))]
    mutants = made(files, arguments.sample, random.Random(arguments.seed))
    fates = tried(mutants)
    minutes = (time.monotonic() - started) / 60
    print(", ".join(f"{fates[fate]} {fate}" for fate in FATES) + f"; {len(mutants)} tried in {minutes:.1f} minutes")
    return int(fates["survived"] > 0)


def made(files: Sequence[Path], sample: int | None, chance: random.Random) -> list[Mutant]:
    """The mutants of the files; at most `sample` of them, drawn by `chance`."""
    sources = {file.resolve().relative_to(KIT): file.read_text(encoding="utf-8") for file in files}
    found = [change for file, source in sources.items() for change in changes(file, source)]
    print(f"{len(found)} mutants of {len(files)} files", flush=True)
    if sample is not None:
        found = chance.sample(found, min(sample, len(found)))
    return [mutant for change in found if (mutant := change.made(sources[change.file]))]


def tried(mutants: Sequence[Mutant]) -> Counter[str]:
    """Try every mutant that is not listed as equivalent; print those that survive. How many had which fate?"""
    known = equivalents()
    fates = Counter(equivalent=sum(mutant.key in known for mutant in mutants))
    jobs = [mutant for mutant in mutants if mutant.key not in known]
    tests = {file: nearest_tests(file, KIT) for file in {mutant.file for mutant in jobs}}
    with copies(KIT, os.cpu_count() or 1) as folders:
        bench = Bench(folders)
        bench.measure(sorted({name for groups in tests.values() for group in groups for name in group}))
        for mutant, fate in bench.run(jobs, tests):
            fates[fate] += 1
            if fate == "survived":
                print(mutant.described(), flush=True)
    return fates


if __name__ == "__main__":
    sys.exit(main())
