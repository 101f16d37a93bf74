"""What takes long to import and is not ours, nor broken here: imported before anything forks."""

import hypothesis  # noqa: F401
import matplotlib.backends.backend_agg
import matplotlib.backends.backend_svg
import matplotlib.figure  # noqa: F401
import numpy.random
import numpy.testing  # noqa: F401
import pytest  # noqa: F401
import rich.progress
import rich.table  # noqa: F401
import torch
import torch._dynamo  # which torch's optimizers import when the first of them is made

torch.set_num_threads(1)
