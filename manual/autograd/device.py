"""Where a tensor lives: always the CPU. A program may ask for more and is told that there is none."""

from typing import NamedTuple


class Device(NamedTuple):
    """`torch.device`."""

    type: str

    def __repr__(self) -> str:
        return f"device(type={self.type!r})"

    def __str__(self) -> str:
        return self.type


CPU = Device("cpu")


def device(name: "str | Device") -> Device:
    """`torch.device("cpu")`. Raises `RuntimeError` for any other, which this engine does not have."""
    if str(name) != "cpu":
        raise RuntimeError(f"this engine runs on the CPU only; there is no device {name}")
    return CPU


class cuda:
    """`torch.cuda`, as it is on a machine without a graphics card."""

    @staticmethod
    def is_available() -> bool:
        return False

    @staticmethod
    def device_count() -> int:
        return 0
