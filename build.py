"""Builds the site: hands its arguments to gongkai.cli."""

from gongkai.cli import main

if __name__ == "__main__":
    main()
