"""The judges of a mail domain, a module per question; pure."""
