"""Benches: how good and how fast, measured on data nothing was tuned on."""
