"""Histories of losses: every form that a notebook writes is read, to its digits; anything else is said in one line."""

import json
import os
import pickle
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.exercises import course
from compare.exercises.course import Course
from compare.exercises.records import files as histories
from compare.exercises.records.files import History
from compare.lessons import load
from manual.sgd import SGD
from manual.training import train


def _course(points: float) -> Course:
    return course.read()._replace(history_points=points)


HIST = np.array([[0.0, 152792.828], [10.0, 21530.7207], [20.0, 3034.0964]])
LOSSES = ("152792.828", "21530.7207", "3034.0964")
TEXTS = {
    "one a line.csv": "152792.828\n21530.7207\n3034.0964\n",
    "two columns.csv": "0,152792.828\n10,21530.7207\n20,3034.0964\n",
    "a header.csv": "epoch,loss\n0,152792.828\n10,21530.7207\n20,3034.0964\n",
    "a log.csv": "Training …\nEpoch 0/9, Loss: 152792.828\nEpoch 10/9, Loss: 21530.7207\nEpoch 20 loss=3034.0964\n",
    "a Korean log.csv": "에포크 0: 손실 152792.828\n에포크 10: 손실 21530.7207\n에포크 20: 손실 3034.0964\n",
    "a log of NumPy's.csv": "epoch: 0 loss: np.float64(152792.828)\nepoch 10 loss: 21530.7207\nepoch 20 loss 3034.0964",
    "a log with commas.csv": "Epoch 0, Loss: 152,792.828\nEpoch 10, Loss: 21,530.7207\nEpoch 20, Loss: 3,034.0964",
    "a log with decimal commas.csv": "Epoch 0 Loss: 152792,828\nEpoch 10 Loss: 21530,7207\nEpoch 20 Loss: 3034,0964",
    "a log that counts in Korean.csv": "0회: 손실 152792.828\n10회: 손실 21530.7207\n20회: 손실 3034.0964\n",
    "a log in brackets.csv": "[ 0] loss = 152792.828 (0.0s)\n[10] loss = 21530.7207 (0.1s)\n[20/20] loss = 3034.0964",
    "decimal commas.csv": "0;152792,828\n10;21530,7207\n20;3034,0964\n",
    "decimal commas and tabs.csv": "epoch\tloss\n0\t152792,828\n10\t21530,7207\n20\t3034,0964\n",
    "a printed list.csv": "[np.float64(152792.828), np.float64(21530.7207), np.float64(3034.0964)]\n",
    "NumPy's in rows.csv": "0,np.float64(152792.828)\n10,np.float64(21530.7207)\n20,np.float64(3034.0964)\n",
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
    assert histories.from_values(written).losses == ("inf", "-inf", "nan", "1e-999999999", "0.1111111111111111")


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


def test_epochs_may_start_later_than_at_0():
    assert histories.from_bytes("hist.log", b"10,5\n20,4\n") == History(("5", "4"), 10, 10)
    assert histories.from_bytes("hist.txt", b"1,5\n") == History(("5",), None, 1)


def test_a_record_that_starts_after_the_lessons_end_is_refused():
    with pytest.raises(InputError, match="starts with epoch 300, but the lesson ends with epoch 200"):
        histories.examine("hist.csv", History(("5", "4"), 10, 300), load("hours-ability"), _course(3.0))


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
    assert histories.examine("hist", histories.from_values(rows), lesson, _course(1.0)).verdict == "right"
    part = histories.examine("hist", histories.from_values(rows[:5]), lesson, _course(1.0))
    assert (part.reason, part.counterexample) in [("count", None)]


@pytest.mark.parametrize(
    ("name", "text", "losses", "every"),
    [
        ("one.csv", "5", ("5",), None),
        ("one epoch.csv", "0,5\n", ("5",), None),
        ("two epochs.csv", "0,5\n3,4\n", ("5", "4"), 3),
        ("every one.csv", "0,5\n1,4\n2,3\n", ("5", "4", "3"), 1),
        ("blanks.CSV", "\n  5 \n\n # 3\n 4\n".replace(" #", "#"), ("5", "4"), None),
        ("a tab in commas.csv", "0 ,\t5\n1\t,4\n", ("5", "4"), 1),
        ("spaces.csv", "0   5\n1 4\n", ("5", "4"), 1),
        ("any header.csv", "X5\n6.50\n7\n", ("6.50", "7"), None),
        ("two headers.csv", "when,what\n0,6.50\n1,7\n", ("6.50", "7"), 1),
        ("by pandas.csv", ",epoch,loss\n0,0,6.50\n1,10,7\n", ("6.50", "7"), 10),
        ("losses only.csv", '"step";"LOSS"\n4;6.50\n5;7\n', ("6.50", "7"), None),
        ("x.csv", "X,loss\n4,6.50\n", ("6.50",), None),
        ("digits.json", "[152792.8280, 1e3, 7]", ("152792.8280", "1e3", "7"), None),
        ("quoted.json", '["152792.8280", "7"]', ("152792.8280", "7"), None),
        ("not finite.json", "[NaN, Infinity, -Infinity]", ("nan", "inf", "-inf"), None),
        ("record.json", '{"epoch": 0, "loss": 5}', ("5",), None),
        ("records.json", '[{"loss": 6.50, "epoch": 0, "w": 1}, {"loss": 4, "epoch": 2, "w": 1}]', ("6.50", "4"), 2),
        ("one only.json", '{"loss": 5}', ("5",), None),
        ("one each.json", '{"epoch": [0], "loss": [5]}', ("5",), None),
        ("named loss.json", '{"name": "my loss", "at": 3, "kept": {"loss": [5, 4]}}', ("5", "4"), None),
    ],
)
def test_a_text_is_read_to_its_losses_and_the_epochs_between_them(name, text, losses, every):
    assert histories.from_bytes(name, text.encode()) == History(losses, every)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("backwards.csv", "0,5\n-1,4\n"),
        ("standing.csv", "0,5\n0,4\n"),
        ("half.csv", "0,5\n1.5,4\n3,3\n"),
        ("uneven.csv", "0,5\n2,4\n5,3\n"),
        ("endless.csv", "0,5\ninf,4\n"),
        ("unknown.csv", "nan,5\n1,4\n"),
        ("unknown later.csv", "0,5\nnan,4\n"),
    ],
)
def test_epochs_are_counted_in_equal_steps_of_whole_numbers(name, text):
    with pytest.raises(InputError, match=f"^{name}: its epochs are not in equal steps, such as 0, 10, 20, …;"):
        histories.from_bytes(name, text.encode())


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "5\n0,4\n", "entry 2 is '0,4'; give one loss"),
        ("a.csv", "0,5\n4\n", "entry 2 is '4'; give one loss"),
        ("a.csv", "0,1,5\n0,1,5\n", "entry 1 is '0,1,5'; give one loss"),
        ("a.csv", "0,five\n", "entry 1 is '0,five'; give one loss"),
        ("a.csv", "five\n", "0 losses; give at least one, and at most 10000"),
        ("a.csv", "0,5\n1,X\n", "entry 2 is '1,X'; give one loss"),
        ("a.csv", "0,tensor(5.)\n", "entry 1 is '0,tensor(5.)'; record the number in the tensor"),
        ("a.csv", f"1,{'x' * 99}\n", f"entry 1 is '1,{'x' * 38}'; give one loss"),
        ("a.csv", "\xe9", None),
        ("a.json", '[["five", NaN]]', "entry 1 is 'five,NaN'; give one loss"),
        ("a.json", "[[], []]", "entry 1 is ''; give one loss"),
        ("a.json", "[{}]", "entry 1 is ''; give one loss"),
        ("a.json", '[{"w": 1}]', "entry 1 is ''; give one loss"),
        ("a.json", "[true, null]", "entry 2 is 'None'; give one loss"),
        ("a.json", "[]", "0 losses; give at least one, and at most 10000"),
        ("a.json", "3.5", "str is not a list or an array; give the losses"),
        ("a.json", '{"epoch": [0, 1]}', 'holds epoch but no "loss"; write'),
        ("a.json", "{}", 'holds {} but no "loss"; write'),
        ("a.json", "[1, 2", "not JSON; write it with json.dump"),
        ("a.npy", "[1, 2]", "not an array of numbers; write it with np.save"),
    ],
)
def test_what_cannot_be_read_is_named(name, text, said):
    data = text.encode() if said else text.encode("latin-1")
    with pytest.raises(InputError) as caught:
        histories.from_bytes(name, data)
    assert str(caught.value).startswith(f"{name}: {said or 'not UTF-8 text; save it as CSV in UTF-8'}")


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npy"])
def test_a_file_of_more_than_4_megabytes_is_refused_by_its_name(suffix, tmp_path):
    path = tmp_path / f"long{suffix}"
    path.write_bytes(b"[" * ((4 << 20) + 1))
    for read in (lambda: histories.from_bytes(path.name, path.read_bytes()), lambda: histories.read(path)):
        with pytest.raises(InputError, match=rf"long\{suffix}: larger than 4 MB; keep only the answer in it"):
            read()
    with pytest.raises(InputError, match=rf"^long\{suffix}: (?!larger)"):
        histories.from_bytes(path.name, b"[" * (4 << 20))


def test_a_file_is_read_by_its_suffix(tmp_path):
    path = tmp_path / "hist.Json"
    path.write_text("[[0, 5], [10, 4]]", encoding="utf-8")
    assert histories.read(path) == History(("5", "4"), 10)
    with pytest.raises(InputError, match=r"hist\.doc: this kind of file cannot be checked; give one"):
        histories.read(Path("hist.doc"))


def test_ten_thousand_losses_are_read_and_no_more():
    assert len(histories.from_bytes("hist.csv", b"1\n" * 10_000).losses) == 10_000
    with pytest.raises(InputError, match="10001 losses"):
        histories.from_bytes("hist.csv", b"1\n" * 10_001)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("0." + "1" * 38, "0." + "1" * 38),
        ("0." + "1" * 39, "0.1111111111111111"),
        ("1e-5", "1e-5"),
        ("0", "0"),
        ("0.00", "0.00"),
        ("1e-400", "1e-400"),
        ("-1e400", "-inf"),
        ("+nan", "nan"),
    ],
)
def test_a_loss_is_kept_as_written_where_its_digits_say_something(text, kept):
    assert histories.from_bytes("hist.csv", text.encode()).losses == (kept,)


@pytest.mark.parametrize("dtype", ["f4", "f8", "i4", "u1"])
@pytest.mark.parametrize(("shape", "losses"), [((2,), 2), ((2, 1), 2), ((2, 2), 2)])
def test_an_array_file_of_any_numbers_is_read(dtype, shape, losses):
    array = np.zeros(shape, dtype)
    array[-1] += 3
    if array.shape == (2, 2):
        array[-1, 1] = 7
    history = histories.from_bytes("hist.npy", stored(array))
    assert history == History(("0.0", "7.0" if array.shape == (2, 2) else "3.0"), 3 if array.shape == (2, 2) else None)
    assert len(history.losses) == losses


@pytest.mark.parametrize("array", [np.array([True]), np.array([1j]), np.zeros((1, 1, 1)), np.array(5.0)])
def test_an_array_file_of_no_numbers_or_of_other_axes_is_none(array):
    with pytest.raises(InputError, match=r"^hist\.npy: not an array of numbers; write it with np\.save"):
        histories.from_bytes("hist.npy", stored(array))


def test_an_archive_of_arrays_is_no_array():
    file = BytesIO()
    np.savez(file, hist=HIST)
    with pytest.raises(InputError, match=r"^hist\.npy: not an array of numbers"):
        histories.from_bytes("hist.npy", file.getvalue())


def test_rows_of_nothing_are_counted_before_they_are_made():
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 0), }".ljust(117) + b"\n"
    with pytest.raises(InputError, match="1000000000000 losses"):
        histories.from_bytes("hist.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)


class Trap:
    """What makes a folder as soon as it is unpickled."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_nothing_in_a_file_of_objects_is_called(tmp_path):
    data = stored(np.array([Trap(tmp_path / "made")], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"^hist\.npy: not an array of numbers"):
        histories.from_bytes("hist.npy", data)
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("values", "history"),
    [
        ([5, 4.5], History(("5.0", "4.5"), None)),
        ((5, "4.50"), History(("5.0", "4.50"), None)),
        ([(0, 5.0), [10, 4]], History(("5.0", "4.0"), 10)),
        ([np.array([0, 5.0]), np.array([10, 4])], History(("5.0", "4.0"), 10)),
        ({0: 5.0, 5.0: 4.0}.keys(), History(("0.0", "5.0"), None)),
        (np.array([[0, 5], [2, 4]]), History(("5.0", "4.0"), 2)),
        ({"5": None}, History(("5",), None)),
        ([10**400, -(10**5000), Fraction(10**400)], History(("inf", "-inf", "inf"), None)),
    ],
    ids=["list", "tuple", "pairs", "rows", "keys", "array", "dict", "long"],
)
def test_the_values_of_a_notebook_are_read(values, history):
    assert histories.from_values(values) == history


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.array(5.0), "ndarray is not a list or an array; give the losses, or rows of an epoch and a loss"),
        (5.0, "float is not a list or an array; give the losses, or rows of an epoch and a loss"),
        ("12", "str is not a list or an array; give the losses, or rows of an epoch and a loss"),
        (b"12", "bytes is not a list or an array; give the losses, or rows of an epoch and a loss"),
        ([{1: 2}], "entry 1 is '{1: 2}'; give one loss, or an epoch and a loss, in each"),
        ([None], "entry 1 is 'None'; give one loss, or an epoch and a loss, in each"),
        ([[0, "x" * 50]], f"entry 1 is '0.0,{'x' * 36}'; give one loss, or an epoch and a loss, in each"),
    ],
)
def test_a_value_that_is_no_history_is_said_to_be_what_it_is(values, said):
    with pytest.raises(InputError) as caught:
        histories.from_values(values)
    assert str(caught.value) == f"hist: {said}"


def test_a_history_is_worth_the_points_that_it_is_judged_for():
    lesson = load("hours-ability-recorded")
    right = histories.examine("hist", History(tuple(lesson.recorded["losses"]), 10), lesson, _course(2.5))
    assert (right.verdict, right.points, right.of) == ("right", 2.5, 2.5)
    wrong = histories.examine("hist", History(("1.0",) * 21, None), lesson, _course(2.5))
    assert (wrong.verdict, wrong.points, wrong.of) == ("wrong", 0.0, 2.5)


def test_a_history_is_judged_at_its_own_epochs_or_at_those_that_fit():
    lesson = load("hours-ability-recorded")
    losses = tuple(lesson.recorded["losses"])
    assert [
        histories.examine("hist", History(losses, every), lesson, _course(1.0)).verdict for every in (None, 10, 1)
    ] == [
        *("right", "right", "wrong"),
    ]


def test_epochs_further_apart_than_the_lesson_is_long_are_refused():
    lesson = load("hours-ability-recorded")
    first, last = lesson.recorded["losses"][0], lesson.recorded["losses"][-1]
    assert histories.examine("hist", History((first, last), 200), lesson, _course(1.0)).verdict == "right"
    with pytest.raises(InputError, match=r"^hist: records every 201th epoch, but the lesson ends with epoch 200;"):
        histories.examine("hist", History((first, last), 201), lesson, _course(1.0))


@pytest.mark.parametrize("every", [None, 10])
def test_a_lesson_of_a_single_step_has_no_history(every):
    lesson = replace(load("hours-ability"), epochs=None)
    with pytest.raises(InputError, match=r"^hours-ability: a lesson of a single step has no history;"):
        histories.examine("hist", History(("1.0",), every), lesson, _course(1.0))


def test_a_comma_that_may_part_thousands_or_a_fraction_is_asked_about():
    with pytest.raises(InputError, match="'0,1,234'"):
        histories.from_bytes("log.txt", b"Epoch 0, Loss: 1,234\nEpoch 10, Loss: 1,033\n")
    assert histories.from_bytes("log.txt", b"Epoch 0, Loss: 1,234,567\n").losses == ("1234567",)
    assert histories.from_bytes("log.txt", b"Epoch 0, Loss: 0,125\n").losses == ("0.125",)
