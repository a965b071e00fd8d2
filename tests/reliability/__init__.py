"""What the library promises under faults, shown: see the fault matrix in `docs/reliability.md`."""
