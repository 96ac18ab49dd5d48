"""The tables that every environment has before anybody adds one, as lines that `declare` reads."""
