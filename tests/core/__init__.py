"""The tests of the pure core, one file a module, and of the process as a whole."""
