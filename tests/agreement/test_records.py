"""The words of a comparison's records are what its JSON shows and the reports look up."""

from compare.agreement import records


def test_the_verdicts_and_the_sides_have_their_names():
    assert records.SIDES == ("manual", "autograd", "torch")
    assert (records.AGREE, records.DIFFER) == ("agree", "differ")
    verdicts = (records.IDENTICAL, records.WITHIN_ROUNDING, records.DIFFERS, records.UNCHECKED)
    assert verdicts == ("identical", "within-rounding", "differs", "unchecked")


def test_a_comparison_says_nothing_of_bits_unless_it_was_asked():
    said = records.Comparison("mine", {}, "float32", "agree", [], [], None, None, [], [], {}, {})
    assert said.bits is None
