"""For users who test: their own policies, their own adapters, their own embedding of the process."""
