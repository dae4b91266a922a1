"""The benchmark: how long readers wait, how long a source is read, and what the aims of issue 11 say to it.

``python -m bench --rows 1280000``; it makes its own data in var/bench/, and its own databases.
"""
