"""What Leadferry tells about itself to those who run it: logs and metrics. Never a person's data, never a secret."""
