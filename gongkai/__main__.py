"""``python -m gongkai``: the command line, where the folder of scripts is on no path."""

from gongkai.cli.main import main

main()
