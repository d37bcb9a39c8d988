"""One file per step, numbered; a published step is never edited."""
