"""What every metric, flag and word means; no SQL."""
