"""The looks at a mail domain, a module per question: the only I/O of the check."""
