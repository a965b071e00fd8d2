"""The tests. A package, so that test files can share fakes and stories under one name."""
