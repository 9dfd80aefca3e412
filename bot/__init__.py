"""Waai: cited rulings on social-media rules for government employees."""
