"""One file, one transform: the text of an answer becomes a value, or an `Unfit`. Heavy libraries load when needed."""
