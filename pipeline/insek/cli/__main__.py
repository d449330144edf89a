"""`python -m insek.cli`."""

from insek.cli import main

main(prog_name="insek")
