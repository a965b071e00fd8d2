"""The tests of the incident log's reader, one file a module."""
