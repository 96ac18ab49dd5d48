"""Figures kept beside the submissions, and the pages that show them."""
