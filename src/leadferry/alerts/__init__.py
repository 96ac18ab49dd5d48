"""Alerts: what a person should know of without looking, and the channels that tell them."""
