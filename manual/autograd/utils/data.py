"""Data in batches: `from manual.autograd.utils.data import DataLoader, TensorDataset`."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from manual.autograd.creation import tensor
from manual.autograd.errors import refuse
from manual.autograd.random import Generator, default_generator, randperm
from manual.autograd.shapes import stack
from manual.autograd.tensor import Tensor

__all__ = ["DataLoader", "Dataset", "Subset", "TensorDataset", "random_split"]


class Dataset:
    """What has rows by number and a length."""

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError("Subclasses of Dataset should implement __getitem__.")


class TensorDataset(Dataset):
    """The rows of tensors of one length, beside each other."""

    def __init__(self, *tensors: Tensor) -> None:
        if any(len(one) != len(tensors[0]) for one in tensors):
            raise AssertionError("Size mismatch between tensors")
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
    total = len(dataset)
    if abs(sum(lengths) - 1) < 1e-6:
        counts = [int(total * share) for share in lengths]
        for i in range(total - sum(counts)):
            counts[i % len(counts)] += 1
    else:
        counts = [int(length) for length in lengths]
    refuse(sum(counts) != total, "split")
    order, ends = randperm(total, generator=generator).tolist(), np.cumsum(counts).tolist()
    return [Subset(dataset, order[end - count : end]) for count, end in zip(counts, ends, strict=True)]


class DataLoader:
    """A data set's rows in batches: each pass draws a word, and shuffling a second, which seeds the order."""

    def __init__(
        self,
        dataset: Any,
        batch_size: int = 1,
        shuffle: bool = False,
        *,
        drop_last: bool = False,
        generator: Generator | None = None,
        num_workers: int = 0,
    ) -> None:
        refuse(num_workers, "workers")
        self.dataset, self.batch_size, self.shuffle, self.drop_last = dataset, batch_size, shuffle, drop_last
        self.generator = generator

    def __len__(self) -> int:
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self) -> Iterator[Any]:
        source = self.generator or default_generator
        source.long(1)
        order = list(range(len(self.dataset)))
        if self.shuffle:
            given = self.generator or Generator().manual_seed(int(source.long(1)[0]) % 2**63)
            order = randperm(len(order), generator=given).tolist()
        for i in range(len(self)):
            rows = order[i * self.batch_size : (i + 1) * self.batch_size]
            yield collated([self.dataset[row] for row in rows])


def collated(rows: Sequence[Any]) -> Any:
    """Rows as a batch: tensors and numbers stacked, part by part where a row has several."""
    first = rows[0]
    if isinstance(first, tuple | list):
        return [collated(part) for part in zip(*rows, strict=True)]
    if isinstance(first, Tensor):
        return stack(rows)
    return tensor(np.array(rows))
