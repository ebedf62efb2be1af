"""Turns: one run that makes one answer, owned by the server, followed by any number of readers.

Read `service.py` first, then `runner.py` and `answer.py`.
"""
