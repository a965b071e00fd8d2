"""The tests of the adapters that ship, and of finding others."""
