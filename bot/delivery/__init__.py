"""What carries events in and messages out, over crashes, outages and rate limits."""
