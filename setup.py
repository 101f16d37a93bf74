"""Builds the kit, with what follows from the bundled courses made beforehand: nobody's first check waits for it.

All else that setuptools is told stands in pyproject.toml.
"""

import os
import subprocess
import sys
import tempfile

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = "from compare.exercises.reference import kept, prepared; prepared.of_bundled(kept.ship)"


class WithCourses(build_py):
    """The modules and their data, and beside the courses what they are tried on."""

    def run(self) -> None:
        super().run()
        with tempfile.TemporaryDirectory() as elsewhere:  # bytecode is made where the wheel is installed
            environment = os.environ | {"PYTHONPYCACHEPREFIX": elsewhere}
            subprocess.run([sys.executable, "-c", SHIPPED], cwd=self.build_lib, env=environment, check=True)


setup(cmdclass={"build_py": WithCourses})
