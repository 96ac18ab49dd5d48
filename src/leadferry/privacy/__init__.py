"""What is held of people, for how long, and how it goes: retention, erasure, deletions at LinkedIn, test leads."""
