"""The words of a comparison's records are what its JSON shows and the reports look up."""

from fractions import Fraction

from compare.agreement import records


def test_the_verdicts_and_the_sides_have_their_names():
    assert records.SIDES == ("manual", "autograd", "torch")
    assert (records.AGREE, records.DIFFER) == ("agree", "differ")
    verdicts = (records.IDENTICAL, records.WITHIN_ROUNDING, records.DIFFERS, records.UNCHECKED)
    assert verdicts == ("identical", "within-rounding", "differs", "unchecked")


def test_a_comparison_says_nothing_of_bits_unless_it_was_asked():
    said = records.Comparison("mine", {}, "float32", "agree", [], [], None, None, [], [], {}, {})
    assert said.bits is None


def entry(verdict, recorded, **matches):
    return records.Quantity("dw", Fraction(1), {}, recorded, matches, 0, 0.5, verdict)


def test_a_tally_counts_what_agrees_to_the_bit_and_what_gives_the_record_by_side():
    found = records.tally(
        [
            entry(records.IDENTICAL, "1.0", manual=True, torch=False),
            entry(records.WITHIN_ROUNDING, None, manual=None, torch=None),
            entry(records.IDENTICAL, "2.0", manual=True),
        ]
    )
    assert found == (3, 2, 2, {"manual": 2, "autograd": 0, "torch": 0})
