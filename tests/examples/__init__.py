"""The tests of the examples: each is run as a user would, with warnings as errors."""
