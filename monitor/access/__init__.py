"""Who may do what here, and how they prove who they are: values and rules, without a network or a database."""
