"""The tests. A package, so that test files can share `tests.strategies` under one name."""
