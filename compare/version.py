"""The kit's version, and torch's, in this one place."""

VERSION = "0.1.0"
TORCH = "2.13.0"  # whose last bits are those that are recorded and replayed; others are welcome
TORCH_CPU = "https://download.pytorch.org/whl/cpu"  # its small builds for Linux, where the usual ones bring CUDA
