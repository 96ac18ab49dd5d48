"""Keeps what Leadferry lives on good: consents, credentials, versions, limits, the machine; and says what ends when."""
