"""Histories of losses: every form that a notebook writes is read, to its digits; anything else is said in one line."""

import json
import pickle
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.exercises import histories
from compare.lessons import load
from manual.sgd import SGD
from manual.training import train

HIST = np.array([[0.0, 152792.828], [10.0, 21530.7207], [20.0, 3034.0964]])
LOSSES = ("152792.828", "21530.7207", "3034.0964")
TEXTS = {
    "one a line.csv": "152792.828\n21530.7207\n3034.0964\n",
    "two columns.csv": "0,152792.828\n10,21530.7207\n20,3034.0964\n",
    "a header.csv": "epoch,loss\n0,152792.828\n10,21530.7207\n20,3034.0964\n",
    "by pandas.csv": ",epoch,loss\n0,0,152792.828\n1,10,21530.7207\n2,20,3034.0964\n",
    "more columns.csv": ",Loss,w,Epoch\n0,152792.828,3,0\n1,21530.7207,4,10\n2,3034.0964,5,20\n",
    "from Excel.csv": "\ufeff0;152792.828\r\n10;21530.7207\r\n20;3034.0964\r\n",
    "by savetxt.csv": "# epoch loss\n0.0e+00 152792.828\n1.0e+01 21530.7207\n2.0e+01 3034.0964\n",
    "in quotes.csv": '"0"\t"152792.828"\n"10"\t"21530.7207"\n"20"\t"3034.0964"\n',
    "a list.json": "[152792.828, 21530.7207, 3034.0964]",
    "rows.json": "[[0, 152792.828], [10, 21530.7207], [20, 3034.0964]]",
    "records.json": '[{"loss": 152792.828}, {"loss": 21530.7207}, {"loss": 3034.0964}]',
    "columns.json": '{"loss": [152792.828, 21530.7207, 3034.0964]}',
    "by Keras.json": '{"history": {"loss": [152792.828, 21530.7207, 3034.0964]}, "epoch": [0, 10, 20]}',
    "both columns.json": '{"loss": [152792.828, 21530.7207, 3034.0964], "epoch": [0, 10, 20]}',
}
USELESS = {
    "empty.csv": b"",
    "only a header.csv": b"epoch,loss\n",
    "words.csv": b"0,abc\n",
    "ragged.csv": b"0,1\n2\n",
    "three columns.csv": b"0,1,2\n",
    "other epochs.csv": b"1,5\n2,4\n",
    "latin.csv": b"\xe9",
    "null.csv": b"1\n\x00\n",
    "none.json": b"[null]",
    "text.json": b'"abc"',
    "deep.json": b"[" * 99_999,
    "cut.json": b"[1, 2",
    "uneven.json": b'{"loss": [1, 2], "epoch": [0]}',
    "keys.json": b'{"history": [1]}',
    "nested.json": b"[[[1]]]",
    "tensors.csv": b"0,tensor(3.5)\n",
    "empty.npy": b"",
    "pickle.npy": pickle.dumps([1.0]),
    "short.npy": b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f8'",
}


def stored(array: object, **options) -> bytes:
    file = BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


@pytest.mark.parametrize("name", TEXTS)
def test_every_common_form_of_text_is_read_to_its_digits(name):
    history = histories.from_bytes(name, TEXTS[name].encode())
    assert history.losses == LOSSES
    assert history.every in (None, 10)


@pytest.mark.parametrize("array", [HIST, HIST[:, 1], HIST[:, 1:], HIST.astype("f4").astype("f8")])
def test_an_array_file_and_the_array_itself_are_read_alike(array):
    history = histories.from_bytes("hist.npy", stored(array))
    assert history == histories.from_values(array) == histories.from_values(array.tolist())
    assert [float(loss) for loss in history.losses] == array.reshape(len(array), -1)[:, -1].tolist()


def test_losses_of_numpy_or_torch_inside_a_list_are_read():
    assert histories.from_values([np.float32(0.5), np.array(2), 3]).losses == ("0.5", "2.0", "3.0")


@pytest.mark.parametrize("name", USELESS)
def test_what_is_no_history_is_said_in_one_line(name):
    with pytest.raises(InputError, match=rf"^{name}: [^\n]+; [^\n]+$"):
        histories.from_bytes(name, USELESS[name])


@pytest.mark.parametrize("array", [np.array(1.0), np.zeros((2, 2, 2)), np.array(["a"]), np.zeros((2, 3)), np.zeros(0)])
def test_an_array_of_another_kind_is_refused(array):
    with pytest.raises(InputError, match=r"^hist\.npy: "):
        histories.from_bytes("hist.npy", stored(array))


@pytest.mark.parametrize("value", [3.0, "abc", None, [], ["abc"], [[1, 2, 3]], [None], {"loss": [1]}])
def test_a_value_of_another_kind_is_refused(value):
    with pytest.raises(InputError, match=r"^hist: "):
        histories.from_values(value)


def test_objects_are_never_unpickled():
    with pytest.raises(InputError, match=r"^hist\.npy: "):
        histories.from_bytes("hist.npy", stored(np.array([print], dtype=object), allow_pickle=True))


def test_losses_that_are_not_finite_or_too_long_become_their_double():
    written = ["1e999999999", "-inf", "nan", "1e-999999999", "0." + "1" * 60]
    assert histories.from_values(written).losses == ("inf", "-inf", "nan", "0.0", "0.1111111111111111")


def test_a_history_of_too_many_losses_is_refused():
    with pytest.raises(InputError, match="20000 losses"):
        histories.from_bytes("hist.csv", b"1\n" * 20_000)


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=5))
def test_what_json_writes_is_read_back(losses):
    read = histories.from_bytes("hist.json", json.dumps(losses).encode()).losses
    assert [float(loss) for loss in read] == losses


def test_an_array_that_an_old_python_wrote_is_read_in_silence(recwarn):
    data = BytesIO()
    np.save(data, HIST[:, 1])
    old = data.getvalue().replace(b"(3,), ", b"(3L,),")
    assert histories.from_bytes("hist.npy", old).losses == LOSSES
    assert not recwarn.list


def test_a_minus_sign_out_of_a_document_is_a_minus_sign():
    assert histories.from_bytes("hist.csv", "0,−1.5\n10,2\n".encode()).losses == ("-1.5", "2")


def test_a_tensor_is_answered_with_item():
    with pytest.raises(InputError, match=r"'0,tensor\(3\.5,grad_fn=<M>\)'; .*\.item\(\)"):
        histories.from_bytes("hist.csv", b"0,tensor(3.5, grad_fn=<M>)\n")


def test_a_bad_line_is_shown_as_it_was_written():
    with pytest.raises(InputError, match="'0,abc'"):
        histories.from_bytes("hist.csv", b"0,abc\n")


def test_an_object_without_losses_is_told_what_it_lacks():
    with pytest.raises(InputError, match='holds history, w but no "loss"'):
        histories.from_bytes("hist.json", b'{"history": [1], "w": 3}')


@pytest.mark.parametrize("every", [1, 10, 40])
def test_a_history_is_judged_at_the_epochs_that_it_gives(every):
    lesson = load("hours-ability")
    losses = train(*(np.array(column, float) for column in (lesson.x, lesson.y)), 0.0, 0.0, SGD(lr=0.01), 200).loss
    rows = np.column_stack([np.arange(0, 201, every), losses[::every]])
    assert histories.examine("hist", histories.from_values(rows), lesson, 1.0).verdict == "right"
    part = histories.examine("hist", histories.from_values(rows[:5]), lesson, 1.0)
    assert (part.reason, part.counterexample) in [("count", None)]
