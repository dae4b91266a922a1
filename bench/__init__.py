"""The benchmark: how long cards and pages take beside the bare SQL of the same questions.

``python -m bench --rows 5000000``; it makes its own data in var/ and keeps them.
"""
