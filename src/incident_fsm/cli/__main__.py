"""`python -m incident_fsm.cli` is the `incident` command."""

from incident_fsm.cli import main

main()
