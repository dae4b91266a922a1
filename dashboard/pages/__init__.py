"""One file a question a reader has: its layout, and one short callback a card."""
