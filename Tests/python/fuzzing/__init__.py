"""Requests that nobody meant well: made from the daemon's own OpenAPI document and by hand, with
extreme values in every place, and judged by what must hold whatever comes in.

`python -m fuzzing --minutes 60` runs it alone (with `Tests/python` on the path); `test_fuzzing.py`
runs a minute of it.
"""
