"""``python impatient.py serve …``: the program, which asks its source every two seconds, not every minute."""

from __future__ import annotations

import app
from dashboard.question import refresher

# Each process of the program comes by here: a worker imports what it was started as.
refresher.ASK_SECONDS = 2.0

if __name__ == "__main__":
    app.main()
