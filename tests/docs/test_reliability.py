"""The fault matrix: made from the tests, and complete."""

import reliability_matrix as matrix


def test_every_fault_has_a_test_or_a_reason() -> None:
    """None is without, but those that do not apply yet and say why."""
    assert matrix.missing() == []
    assert set(matrix.NOT_YET) < set(matrix.FAULTS)


def test_every_mark_names_a_row_and_says_what_it_should() -> None:
    """A mistyped row would be missing from the page in silence."""
    for mark in matrix.marks():
        words = {"fault": {"sees", "guaranteed"}, "threat": {"rule"}}[mark.name]
        assert set(mark.words) == words, mark.test
        assert all(mark.words.values()), mark.test
        assert mark.name == "threat" or mark.row in matrix.FAULTS, mark.test
