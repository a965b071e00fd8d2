"""Tests of the pages for people: what can be run is run, links lead somewhere, nothing has drifted."""
