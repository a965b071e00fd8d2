"""The tests of alerts that become candidates, one file a module."""
