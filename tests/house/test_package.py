"""What is installed is whole: every text, template and lesson that the code reads goes with it."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGING = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
FOR_READERS = "reports/images"  # the README's pictures, which no code reads


def test_every_file_that_is_no_code_is_named_as_package_data():
    shipped = {path for pattern in PACKAGING["package-data"]["compare"] for path in (ROOT / "compare").glob(pattern)}
    others = {path for path in (ROOT / "compare").rglob("*.*") if path.is_file() and path.suffix != ".py"}
    left = {path for path in others - shipped if path.parent.name != "__pycache__"}  # which Python and a check write
    assert {path for path in left if FOR_READERS not in path.as_posix()} == set()


def test_the_rooms_without_code_of_their_own_are_found_too():
    for side in ("manual", "torch_impl", "compare"):
        rooms = {path.parent for path in (ROOT / side).rglob("*.py")} - {ROOT / "compare" / "courses"}  # formulas: data
        assert not [room for room in rooms if not (room / "__init__.py").is_file()]
