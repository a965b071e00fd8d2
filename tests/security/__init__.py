"""Bad input and bad people: what is promised in SECURITY.md, each promise with its test."""
