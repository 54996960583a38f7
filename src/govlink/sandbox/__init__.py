"""The platforms in a box: every adapter's simulator on one loopback port."""
