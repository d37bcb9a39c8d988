"""The board, the API and `/metrics`: everything people and machines read, and nothing they can change."""
