"""The grammars of records and headers."""
