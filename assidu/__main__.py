"""`python -m assidu` is the `assidu` command."""

from assidu.cli import main

if __name__ == "__main__":
    main()
