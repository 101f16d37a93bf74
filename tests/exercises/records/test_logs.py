"""Losses as programs print them: read to their digits where one number can be meant, and else asked about."""

from contextlib import suppress
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.exercises.records.files import History, from_bytes

BAR = "[00:00<00:00, 30.5it/s, loss="
READ = {
    "Keras": (
        "Epoch 1/3\n1/1 [=====] - 0s 250ms/step - loss: 5.50\nEpoch 2/3\n1/1 [=====] - 0s 2ms/step - loss: 4.5 - mae: 3"
        " - val_loss: 7\nEpoch 3/3\n1/3 [=>...] - ETA: 0s - loss: 9\x08\x08\r3/3 [=====] - 0s 2ms/step - loss: 3.50\n",
        ("5.50", "4.5", "3.50"), 1, 1,
    ),
    "Keras in colours": (
        "Epoch 1/2\n\x1b[1m1/1\x1b[0m \x1b[32m━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m0s\x1b[0m 35ms/step - loss: 5.5\n"
        "Epoch 2/2\n\x1b[1m1/1\x1b[0m \x1b[32m━━━━\x1b[0m \x1b[1m0s\x1b[0m 20ms/step - loss: 4.5\n",
        ("5.5", "4.5"), 1, 1,
    ),
    "Keras, short": ("Epoch 1/2\n1/1 - 0s - loss: 5 - 24ms/step\nEpoch 2/2\n1/1 - 0s - loss: 4\n", ("5", "4"), 1, 1),
    "tqdm, a bar an epoch": (
        f"Epoch 0: 100%|███| 3/3 {BAR}5]\nEpoch 1:  33%|█  | 1/3 {BAR}9]\rEpoch 1: 100%|███| 3/3 {BAR}4]\n"
        f"Epoch 1: 100%|███| 3/3 {BAR}4]\n",
        ("5", "4"), 1, 0,
    ),
    "tqdm, one bar": (f" 50%|█ | 100/201 {BAR}9]\r100%|██| 201/201 {BAR}0.14]\n", ("0.14",), None, 200),
    "tqdm, bars without epochs": (f"100%|██| 3/3 {BAR}5]\n100%|██| 3/3 {BAR}4]\n", ("5", "4"), None, 0),
    "a list with a name": ("loss: [5.50, 4.5,\n 3]", ("5.50", "4.5", "3"), None, 0),
    "a list that is begun": ("loss: [5.50,\n 4.5]\nDone.", ("5.50", "4.5"), None, 0),
    "NumPy's": ("[5.5 4.5\n 3. ]\n", ("5.5", "4.5", "3."), None, 0),
    "an array": ("array([5.5, 4.5,\n       3.2], dtype=float32)", ("5.5", "4.5", "3.2"), None, 0),
    "NumPy's own numbers": ("losses = [np.float64(5.5),\n np.float64(4.5)]", ("5.5", "4.5"), None, 0),
    "the list of losses": ("w: [1, 2]\nlosses = [5, 4]\n", ("5", "4"), None, 0),
    "pairs": ("[(0, 5.0),\n (10, 4.0)]", ("5.0", "4.0"), 10, 0),
    "rows": ("[[ 0. 5.]\n [10. 4.]]", ("5.", "4."), 10, 0),
    "Keras' history": ("{'loss': [5, 4], 'val_loss': [7, 8]}", ("5", "4"), None, 0),
    "a number in brackets": ("Epoch 0, loss: [5.0]\nEpoch 1, loss: [[4.0]]\n", ("5.0", "4.0"), 1, 0),
    "training and validation": ("Epoch 0 train_loss 5, val_loss 6\nEpoch 1 train_loss 4 val loss 5", ("5", "4"), 1, 0),
    "loss and its parts": ("Epoch 0 data_loss 3 loss 5\nEpoch 1: data_loss 2 loss 4\n", ("5", "4"), 1, 0),
    "no root": ("Epoch 0 | MSE = 5.0 | RMSE = 2.2\nEpoch 1 | MSE = 4 | RMSE = 2", ("5.0", "4"), 1, 0),
    "no epochs": ("epochs = 2, lr = 0.1\nloss: 5\nloss: 4\n", ("5", "4"), None, 0),
    "before and after": ("Initial loss: 9\nEpoch 0 loss 5\nEpoch 1 loss 4\nFinal loss: 3\n", ("5", "4"), 1, 0),
    "below, and after": ("Epoch 1\nloss: 5\nEpoch 2\nloss: 4\nFinal loss: 3", ("5", "4"), 1, 1),
    "the best so far": ("Epoch 0 loss 5 best loss 5\nEpoch 1 loss 6 best loss 5", ("5", "6"), 1, 0),
    "a colon": ("0: 5\n10: 4\n", ("5", "4"), 10, 0),
    "an epoch and a number": ("Epoch 0/9 - 5.5\nEpoch 1/9 - 4", ("5.5", "4"), 1, 0),
    "a table with lines": ("| epoch | loss |\n|---|:-:|\n| 0 | 5 |\n| 1 | 4 |\n", ("5", "4"), 1, 0),
    "iterations": ("Iteration    0: Cost   5.5\nIteration  100: Cost   4.5\n", ("5.5", "4.5"), 100, 0),
    "after iterations": ("Cost after iteration 0: 0.69\nCost after iteration 100: 0.5\n", ("0.69", "0.5"), 100, 0),
    "one of so many": ("1/2 Loss: 5\n2/2 Loss: 4", ("5", "4"), 1, 1),
    "times": ("12:30:01 INFO epoch 3 loss 5\n12:30:02 INFO epoch 4 loss 4", ("5", "4"), 1, 3),
    "the loss first": ("loss=5 at epoch 0\nloss=4 at epoch 1", ("5", "4"), 1, 0),
    "a diverging run": ("Epoch 0 loss: inf\nEpoch 1 loss: nan\n", ("inf", "nan"), 1, 0),
    "dictionaries": ("{'loss': 5.5, 'lr': 1, 'epoch': 1}\n{'loss': 4.5, 'lr': 1, 'epoch': 2}", ("5.5", "4.5"), 1, 1),
    "sentences": ("At epoch 0 the loss is 5.5.\nAt epoch 1 the loss was 4.5.\n", ("5.5", "4.5"), 1, 0),
    "an aside": ("Epoch 0 Loss (MSE): 5.5\nEpoch 1 Loss (MSE): 4", ("5.5", "4"), 1, 0),
    "what it was before": ("Epoch 0 loss 5 prev loss 6\nEpoch 1 loss 4 delta_loss 1", ("5", "4"), 1, 0),
    "in Korean": ("에포크 1, 손실: 5\n에포크 2, 손실: 4", ("5", "4"), 1, 1),
}  # fmt: skip
ASKED = [
    "Epoch 0: loss_w 5 loss_b 4\n",
    "Epoch 0, loss: [5.0 4.0]\n",
    "Epoch 0, loss: [5.0, 4.0]\n",
    "Epoch 1\n-----\nloss: 2.3 [ 64/6000]\nloss: 2.2 [6400/6000]\n",
    "Epoch [1/5], Step [1/3], Loss: 5\nEpoch [1/5], Step [2/3], Loss: 4",
    "a = [1, 2]\nb = [3, 4]",
    "Epoch 0: loss 5, and loss 4\n",
]
NONE = [
    *("loss: information", "Epoch 0, RMSE: 5\n", "Epoch 3\n", "[5. 4. ... 1. 0.]", "val_loss: 5"),
    *("loss: 5\nFinished epoch 0\nloss: 4\nFinished epoch 1\n", "[tensor(5.), tensor(4.)]", "Epoch 0 lr 0.1"),
    f" 50%|█ | 100/201 {BAR}9]",
]


@pytest.mark.parametrize("name", READ)
def test_what_a_program_printed_is_read_to_its_digits_and_epochs(name):
    text, *found = READ[name]
    assert from_bytes("a.log", text.encode()) == History(*found)
    assert from_bytes("a.txt", text.replace("\n", "\r\n").encode()) == History(*found)


@pytest.mark.parametrize("text", ASKED)
def test_where_two_numbers_could_be_meant_nobody_chooses(text):
    with pytest.raises(InputError, match=r"^a\.log: two losses could be meant by [^\n]+; leave one of them"):
        from_bytes("a.log", text.encode())


@pytest.mark.parametrize("text", NONE)
def test_a_text_without_a_loss_has_none(text):
    with pytest.raises(InputError, match=r"^a\.log: (?!two)[^\n]+; [^\n]+$"):
        from_bytes("a.log", text.encode())


@given(st.text(alphabet="epoch loss:[(]),.0123456789%|/\n\r\t-", max_size=60))
def test_every_text_is_a_history_or_asked_about(text):
    with suppress(InputError):
        assert from_bytes("a.log", text.encode()).losses


LONG = [
    "epoch ",
    "loss ",
    "loss 1 ",
    "1",
    " ",
    "1%|",
    "[",
    "[]",
    "np.float1(",
    "loss: [",
    "1 ",
    "1,",
    "\n",
    "a",
    "loss:\n",
]


@pytest.mark.parametrize("piece", LONG)
def test_it_takes_time_in_proportion_to_the_text(piece):
    spent = list[float]()
    for length in (20_000, 200_000):
        started = process_time()
        with suppress(InputError):
            from_bytes("a.log", (piece * (length // len(piece)) + "x").encode())
        spent.append(process_time() - started)
    assert spent[1] < 30 * spent[0] + 0.1
