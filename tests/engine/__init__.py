"""The engines: one behaviour suite for all of them, and what is each one's own."""
