"""Tests of taking a journal out and in."""
