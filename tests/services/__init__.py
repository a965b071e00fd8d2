"""Tests of the adapters for real services, against fakes on loopback."""
