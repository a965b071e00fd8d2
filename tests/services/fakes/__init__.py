"""One stateful fake for each vendor, on loopback, with knobs for everything that goes wrong."""
