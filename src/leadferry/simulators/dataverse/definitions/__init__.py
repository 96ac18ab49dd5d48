"""What an environment's tables are, how they are read, and how they are changed, through the Web API."""
