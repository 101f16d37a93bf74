"""Why a class cannot be graded, in the instructor's language: one line that names the file and the cure."""

import os
from typing import ClassVar

from compare import errors


class Fault(errors.Fault):
    """A folder, a file or an option of the instructor's that cannot be used."""

    home: ClassVar[str] = os.path.dirname(__file__)
