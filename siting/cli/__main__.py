"""``python -m siting.cli``, where the command is not on the path."""

from siting.cli import main

if __name__ == "__main__":
    main()
