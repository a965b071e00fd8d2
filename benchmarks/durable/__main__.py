"""The durable half of `make bench`: `python benchmarks/durable`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.durable.run import main

sys.exit(main())
