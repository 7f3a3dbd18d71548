"""The cases are run by test_conformance.py, in copies."""

collect_ignore = ["cases"]
