"""Python on the page: the kit's own judge as text, and the Pyodide that runs it, from its public network or embedded.

Each file of Pyodide is pinned by its hash: any other is refused, by the browser or, where it is embedded, here.
"""

import gzip
import json
import posixpath
from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from modulefinder import ModuleFinder
from pathlib import Path
from typing import Any, NamedTuple

from compare.errors import Fault
from compare.exercises.course import Course, located

VERSION = "0.27.7"
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
ROOT = Path(__file__).parents[3]
ENTRY = "compare.reports.page.in_browser"  # what the worker calls
COURSE = "course/course.toml"  # beside the kit's own files
# What the page says while it goes from a click to a finding, or does not come so far.
STAGES = (
    "loading", "unpacking", "starting", "checking", "again", "done", "refused", "unreachable", "failed", "endless",
)  # fmt: skip
READ = (
    "faults.*.toml", "courses/line.*", "exercises/**/*.toml",
    *(f"reports/messages/{area}.*.toml" for area in ("check", "derivation")),
)  # fmt: skip
NOT_READ = ("compare.exercises.records", "compare.lessons")  # what only losses and numbers from paper need


class Pinned(NamedTuple):
    """A file of Pyodide: its SHA-256 and its bytes."""

    hash: str
    size: int


NUMPY = "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"
FILES = {
    "pyodide.asm.js": Pinned("6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51", 1255688),
    "pyodide.js": Pinned("b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98", 14913),
    "pyodide.asm.wasm": Pinned("a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f", 10105545),
    "python_stdlib.zip": Pinned("16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16", 2360737),
    NUMPY: Pinned("ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08", 3061133),
}
# What Pyodide reads to know its packages, of which there is one.
LOCK = {
    "info": {"abi_version": "2024_0", "arch": "wasm32", "platform": "emscripten_3_1_58", "python": "3.12.7",
             "version": VERSION},
    "packages": {
        "numpy": {"name": "numpy", "version": "2.0.2", "file_name": NUMPY, "sha256": FILES[NUMPY].hash,
                  "imports": ["numpy"], "depends": [], "install_dir": "site", "package_type": "package",
                  "unvendored_tests": True},
    },
}  # fmt: skip


class Python(NamedTuple):
    """What the page needs to check with Python. `address` is where Pyodide is, None where it is `embedded`: by name,
    each file compressed by gzip, as base64. `course` is the course's file in the kit, None for the bundled one."""

    kit: str
    course: str | None
    address: str | None = ADDRESS
    embedded: Mapping[str, str] = {}

    def in_script(self) -> dict[str, Any]:
        """What the page's script reads."""
        files = [
            {"name": name, "integrity": "sha256-" + b64encode(bytes.fromhex(file.hash)).decode()}
            for name, file in FILES.items()
        ]
        return {**self._asdict(), "files": files, "lock": json.dumps(LOCK)}

    @property
    def size(self) -> str:
        """Megabytes of Pyodide."""
        return f"{sum(file.size for file in FILES.values()) / 1e6:.0f}"

    @property
    def host(self) -> str:
        return ADDRESS.split("/")[2]


def python(course: Course, file: Path | None = None, folder: Path | None = None) -> Python:
    """The kit, with the `course` of `file` where it is not the bundled one, and where its Python is: in `folder`, a
    distribution of Pyodide, to be embedded; else on its public network. Raises `Fault` where the folder lacks a file,
    or has another than the pinned one."""
    files, place = dict(_kit()), None if file is None else COURSE
    if file is not None:
        files[COURSE] = located(file).read_text(encoding="utf-8-sig")
        files[posixpath.join(posixpath.dirname(COURSE), course.formulas.file)] = course.formulas.text
    kit = _packed(json.dumps(files, ensure_ascii=False).encode())
    if folder is None:
        return Python(kit, place)
    return Python(kit, place, None, {name: _packed(_pinned(folder / name)) for name in FILES})


class _OwnModules(ModuleFinder):
    """Finds what our modules import of ours."""

    def find_module(self, name: str, path: Any, parent: Any = None) -> Any:
        if path is None and name != "compare":
            raise ImportError(name)
        return super().find_module(name, path, parent)


def _kit() -> Iterator[tuple[str, str]]:
    """The text of every module that a check may import, and of what they read."""
    finder = _OwnModules([str(ROOT)], excludes=NOT_READ)
    finder.import_hook(ENTRY)
    modules = [Path(str(vars(module)["__file__"])) for module in finder.modules.values()]
    for file in sorted([*modules, *(found for read in READ for found in (ROOT / "compare").glob(read))]):
        yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")


def _pinned(file: Path) -> bytes:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Fault("pyodide-missing", file, version=VERSION, reason=error.strerror) from None
    if sha256(data).hexdigest() != FILES[file.name].hash:
        raise Fault("pyodide-other", file, version=VERSION)
    return data


def _packed(data: bytes) -> str:
    return b64encode(gzip.compress(data, mtime=0)).decode()
