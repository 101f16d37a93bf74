"""Data in batches: `from manual.autograd.utils.data import DataLoader, TensorDataset`."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from manual.autograd.creation import tensor
from manual.autograd.errors import absent, chosen, refuse
from manual.autograd.random import Generator, default_generator, randperm
from manual.autograd.shapes import stack
from manual.autograd.tensor import Tensor

__all__ = ["DataLoader", "Dataset", "Subset", "TensorDataset", "random_split"]


class Dataset:
    """What has rows by number and a length."""

    def __getitem__(self, index: Any) -> Any:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")


class TensorDataset(Dataset):
    """The rows of tensors of one length, beside each other."""

    def __init__(self, *tensors: Tensor) -> None:
        refuse(len({len(one) for one in tensors}) > 1, "sizes-of-rows")
        self.tensors = tensors

    def __getitem__(self, index: Any) -> tuple[Tensor, ...]:
        return tuple(one[index] for one in self.tensors)

    def __len__(self) -> int:
        return len(self.tensors[0])


class Subset(Dataset):
    """The rows of a data set that are listed."""

    def __init__(self, dataset: Any, indices: Sequence[int]) -> None:
        self.dataset, self.indices = dataset, indices

    def __getitem__(self, index: int) -> Any:
        return self.dataset[self.indices[index]]

    def __len__(self) -> int:
        return len(self.indices)


def random_split(dataset: Any, lengths: Sequence[float], generator: Generator = default_generator) -> list[Subset]:
    """Parts of those lengths, or of those shares that sum to 1, with rows in a random order."""
    total, counts = len(dataset), [int(length) for length in lengths]
    if abs(sum(lengths) - 1) < 1e-6:
        counts = [int(total * share) for share in lengths]
        for i in range(total - sum(counts)):
            counts[i % len(counts)] += 1
    refuse(sum(counts) != total, "split")
    order, ends = randperm(total, generator=generator).tolist(), np.cumsum(counts).tolist()
    return [Subset(dataset, order[end - count : end]) for count, end in zip(counts, ends, strict=True)]


class DataLoader:
    """A data set's rows in batches: each pass draws a word, and shuffling a second, which seeds the order.

    Further options are `drop_last` and `generator`. Raises `ValueError` for processes that load (`num_workers`).
    """

    def __init__(self, dataset: Any, batch_size: int = 1, shuffle: bool = False, **options: Any) -> None:
        known = chosen("DataLoader", {"drop_last": False, "generator": None, "num_workers": 0}, (), options)
        refuse(known["num_workers"], "workers")
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        self.drop_last, self.generator = known["drop_last"], known["generator"]

    def __len__(self) -> int:
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        source, order = self.generator or default_generator, list(range(len(self.dataset)))
        source.long(1)
        if self.shuffle:
            given = self.generator or Generator().manual_seed(int(source.long(1)[0]) % 2**63)
            order = randperm(len(order), generator=given).tolist()
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            yield collated([self.dataset[row] for row in order[start : start + self.batch_size]])


def collated(rows: Sequence[Any]) -> Any:
    """Rows as a batch: tensors and numbers stacked, part by part where a row has several."""
    if isinstance(rows[0], tuple | list):
        return [collated(part) for part in zip(*rows, strict=True)]
    return stack(rows) if isinstance(rows[0], Tensor) else tensor(np.array(rows))


__getattr__ = partial(absent, there=__all__, owner="utils.data")
