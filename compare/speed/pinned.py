"""One thread, and torch's allocator at its best: what must be in the environment before the libraries are imported."""

import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ENVIRONMENT = {
    **dict.fromkeys(THREADS, "1"),
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
    # Without these two, glibc hands torch's large temporaries back to the kernel after every operation, and the page
    # faults of taking them anew cost five times what the arithmetic does: an artefact, and not torch's speed.
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(2**34),
}
PACKAGES = ("numpy", "torch", "jax", "numba", "autograd", "micrograd", "scikit-learn")


def environment() -> dict[str, str]:
    """This process's environment with everything pinned."""
    return {**os.environ, **ENVIRONMENT}


def pin_processor() -> list[str]:
    """Stay on one processor; what is pinned, for the report."""
    pinned = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    if not hasattr(os, "sched_setaffinity"):
        return [*pinned, "no processor (this system cannot)"]
    processor = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processor})
    return [*pinned, f"processor {processor}"]


def machine() -> Mapping[str, str]:
    """What was measured on: processor, system, Python and the versions of everything that takes part."""
    versions = {name: version(name) for name in PACKAGES}
    return {
        "processor": _processor(),
        "processors": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{name: found for name, found in versions.items() if found},
    }


def run_module(arguments: list[str]) -> int:
    """Run `python -m` with those arguments, pinned; its exit code."""
    return subprocess.run([sys.executable, "-m", *arguments], env=environment()).returncode


def version(package: str) -> str:
    """That of an installed package, else ""."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
