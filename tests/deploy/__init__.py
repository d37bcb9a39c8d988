"""The product on a machine of its own: Debian, booted with systemd in a container without a network."""
