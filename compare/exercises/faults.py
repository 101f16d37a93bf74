"""Why a student's file cannot be read, in the student's language: one line that names the file and the cure."""

import os
from typing import ClassVar

from compare import errors


class Fault(errors.Fault):
    """A file of a student's that cannot be read."""

    home: ClassVar[str] = os.path.dirname(__file__)
