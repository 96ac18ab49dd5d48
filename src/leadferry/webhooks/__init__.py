"""Outgoing webhooks: other systems are told over HTTP what becomes of submissions, signed and until they have it."""
