"""Install what a make target needs into an environment: python install.py ENVIRONMENT SIZE [--torch-index URL]

The three sizes are nested: `check` checks and grades answers, `compare` adds torch and what draws, `test` all the rest.
requirements.lock holds a block for each under a comment line of its name; a size takes the blocks up to its own. What
is there already stays. Torch itself comes after them, from an index that suits the machine.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.request
import venv
from collections.abc import Sequence
from pathlib import Path

from compare.version import TORCH
from compare.version import TORCH_CPU as CPU_INDEX

SIZES = ("check", "compare", "test")
PATIENCE = 5.0  # seconds that the index may take to answer
NVIDIA = ("/proc/driver/nvidia/version", "/usr/lib/wsl/lib/libcuda.so.1")
ROOT = Path(__file__).resolve().parent


def main(argv: Sequence[str] | None = None) -> None:
    """Make the environment where it is not there, and install the size into it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("environment", type=Path)
    parser.add_argument("size", choices=SIZES)
    parser.add_argument("--torch-index", metavar="URL", help="where torch comes from; empty: where pip looks anyway")
    given = parser.parse_args(argv)
    if not (given.environment / "bin/pip").exists():
        venv.create(given.environment, symlinks=True, with_pip=True)
    requirements = given.environment / "requirements.txt"
    requirements.write_text(blocks((ROOT / "requirements.lock").read_text(encoding="utf-8"), given.size), "utf-8")
    pip(given.environment, "--require-hashes", "--requirement", str(requirements))
    if given.size != SIZES[0] and not has_torch(given.environment):
        pip(given.environment, *from_index(torch_index(given.torch_index)), f"torch=={TORCH}")
    for size in SIZES[: SIZES.index(given.size) + 1]:
        (given.environment / f".{size}").touch()


def blocks(lock: str, size: str) -> str:
    """The blocks of `lock` up to that of `size`."""
    beyond = SIZES[SIZES.index(size) + 1 :]
    return lock.partition(f"\n# {beyond[0]}\n")[0] + "\n" if beyond else lock


def pip(environment: Path, *arguments: str) -> None:
    """Ends this program where pip fails, which has said why."""
    done = subprocess.run([environment / "bin/python", "-m", "pip", "install", "--quiet", *arguments], check=False)
    if done.returncode:
        sys.exit(done.returncode)


def has_torch(environment: Path) -> bool:
    """Is the torch there to which the recorded bits belong, in whichever build?"""
    asked = "from importlib.metadata import version; print(version('torch'))"
    said = subprocess.run([environment / "bin/python", "-c", asked], capture_output=True, text=True, check=False).stdout
    return said.strip().partition("+")[0] == TORCH


def from_index(index: str) -> list[str]:
    return ["--index-url", index] if index else []


def torch_index(given: str | None) -> str:
    """Where to take torch from: what was given; else PyTorch's small CPU builds, on Linux without an NVIDIA driver and
    where they can be had; else "", where pip looks anyway."""
    if given is not None or sys.platform != "linux" or has_nvidia():
        return given or ""
    if offers(CPU_INDEX):
        return CPU_INDEX
    print(f"{CPU_INDEX} cannot be reached; torch comes from pip's usual index, and may bring gigabytes of CUDA.")
    return ""


def has_nvidia() -> bool:
    return shutil.which("nvidia-smi") is not None or any(map(os.path.exists, NVIDIA))


def offers(index: str, patience: float = PATIENCE) -> bool:
    """Does the index answer within that many seconds, one request for all, and have our torch for this Python?"""
    answer: list[str] = []
    asking = threading.Thread(target=lambda: answer.extend(page(f"{index}/torch/", patience)), daemon=True)
    asking.start()  # in a thread: neither a name that is looked up nor a drop at a time is under urlopen's clock
    asking.join(patience)
    abi = f"cp{sys.version_info.major}{sys.version_info.minor}"
    wheels = re.findall(rf"torch-{re.escape(TORCH)}(?:\+|%2B|-)[^\"'<>\s]*?\.whl", "".join(answer))
    ours = (f"{abi}-{abi}-", os.uname().machine)
    return any(all(part in wheel for part in ours) or "-none-any" in wheel for wheel in wheels)


def page(url: str, patience: float) -> list[str]:
    """The text at `url`; nothing where it cannot be had."""
    try:
        with urllib.request.urlopen(url, timeout=patience) as answer:
            return [answer.read().decode("utf-8", "replace")]
    except (OSError, ValueError):  # an HTTPException, too, is raised as an OSError by urlopen
        return []


if __name__ == "__main__":
    main()
