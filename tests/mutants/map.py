"""Which test comes to which place of the code, and how long it takes: found by running each, and kept in build/."""

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.mutants.copies import copies
from tests.mutants.imports import reached
from tests.mutants.jobs import Measured
from tests.mutants.places import Places
from tests.mutants.server import Server
from tests.mutants.sessions import serve_collected

KEPT = Path("build/mutants")
FAILED = Measured(0.0, 0.0, False, 0)


class Map(NamedTuple):
    """What is known of each test that passes, and the places that are executed while the tests are collected."""

    tests: dict[str, Measured]
    collected: int


def surveyed(kit: Path, places: Places, files: Sequence[str], jobs: int) -> Map:
    """The map of the tests in `files`. Test files that have not changed since they were last run are not run again."""
    texts = sorted((kit / "compare").rglob("*.toml"))
    kept = {file: kit / KEPT / f"{Path(file).stem}-{_digest([*reached(file, kit), *texts])}.json" for file in files}
    missing = [file for file, path in kept.items() if not path.is_file()]
    if missing:
        _survey(kit, places, missing, kept, jobs)
    read = [json.loads(path.read_text(encoding="utf-8")) for path in kept.values()]
    tests = {test: Measured(*of[:3], places.joined(of[3])) for each in read for test, of in each["tests"].items()}
    collected = 0
    for each in read:
        collected |= places.joined(each["collected"])
    return Map(dict(_sound(tests)), collected)


def _digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in paths)).hexdigest()[:16]


def _sound(tests: dict[str, Measured]) -> Iterator[tuple[str, Measured]]:
    for test, measured in tests.items():
        if measured.passed:
            yield test, measured
        else:
            print(f"left out, as it fails without a mutant: {test}", flush=True)


def _survey(kit: Path, places: Places, files: Sequence[str], kept: dict[str, Path], jobs: int) -> None:
    print(f"running the tests of {len(files)} files, to see what each executes", flush=True)
    with copies(kit, jobs) as folders:
        for folder in folders:
            places.write_noting(folder, folder.with_suffix(".notes"))
        servers = [Server(folder, partial(serve_collected, files)) for folder in folders]
        (tests, broken, collected), *_ = [server.pipe.recv() for server in servers]
        measured = dict(_measured(servers, tests))
        for server in servers:
            server.close()
    for file in files:
        of = {test: found for test, found in measured.items() if test.startswith(f"{file}::")}
        _keep(kept[file], places, of, collected)
    for file in broken:
        print(f"left out, as it cannot be imported: {file}", flush=True)


def _keep(path: Path, places: Places, tests: dict[str, Measured], collected: int) -> None:
    listed = {test: (*found[:3], places.parted(found.places)) for test, found in tests.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"tests": listed, "collected": places.parted(collected)}), encoding="utf-8")


def _measured(servers: list[Server], tests: Sequence[str]) -> Iterator[tuple[str, Measured]]:
    """What each test does; those of one function follow one another in one process, as what they share takes long."""
    free = list(servers)
    groups = [list(group) for _, group in itertools.groupby(tests, lambda test: test.partition("[")[0])]

    def measure(group: list[str]) -> list[Measured]:
        server = free.pop()
        found: list[Measured] = server.ask(group) or [FAILED] * len(group)
        free.append(server)
        return found

    with ThreadPoolExecutor(len(servers)) as pool:
        for group, found in zip(groups, pool.map(measure, groups), strict=True):
            yield from zip(group, found, strict=True)
