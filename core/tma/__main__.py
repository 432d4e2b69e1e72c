"""`python -m tma`: the command line."""

from tma.cli import main

if __name__ == "__main__":
    main()
