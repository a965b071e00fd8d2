"""An organisation's own policy."""

from tests.examples.runs import LINES_MAX, lines_of, printed


def test_a_wrong_policy_is_refused_with_every_fault_and_the_right_one_is_applied() -> None:
    """Two faults with their remedies; then a declaration refused for two reasons, and one accepted."""
    text = printed("custom_policy")
    assert "2 faults in the policy" in text
    assert "draft.toml: $.follow_ups: 'permanent_fix' is not a must" in text
    assert "draft.toml: $.declaration.wording:" in text
    assert "'Checkout' is no service of the policy; there are Catalogue, Self-checkout, Reading room booking" in text
    assert "the message does not follow the fixed form" in text
    assert "the next update is due at 2026-11-24 10:35:00+00:00" in text
    assert "  PublishStatus LIB-1:3:0" in text


def test_the_example_fits_on_a_page() -> None:
    """At most eighty lines."""
    assert lines_of("custom_policy") <= LINES_MAX
