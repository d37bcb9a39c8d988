"""What ships in `deploy/`, by the programs that read it."""
