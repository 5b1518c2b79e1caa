"""Measurements beside peers, on made data."""
