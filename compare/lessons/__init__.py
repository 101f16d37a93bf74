"""Lessons are data: `load("height-weight")` or `load("mine.toml")`, one TOML file a lesson.

    title         what the lesson is called: a text, or {en = "…", ko = "…"}
    dtype         "float32" or "float64": what the programs compute in
    x, y          the data: x a list of n numbers, or n lists of d numbers; y a list of n numbers
    centre        true to subtract the means of x and y first (default false)
    w, b          where the parameters start: w a number, or a list of d numbers
    trained       which parameters are updated, of ["w", "b"] (default both)
    optimizer     the options of torch.optim.SGD: lr, momentum, dampening, weight_decay, nesterov, maximize
    epochs        the last epoch; epochs 0 … epochs are run. Without it the lesson is a single step
    record_every  record the loss of every so many epochs (default 1)
    steps_before  unrecorded updates made before epoch 0, such as a notebook cell that was run twice (default 0)
    recorded      what a program printed, as strings with the digits as printed: yp (a list), loss, dw, db, w_next,
                  b_next, w_final, b_final, losses (a list, one every record_every epochs)
"""

from compare.lessons.loader import Lesson, load, names

__all__ = ["Lesson", "load", "names"]
