"""The grammars of published records and headers: text in, value and remarks out; pure, shared by judges and `lint`."""
