"""The clerk's page: the official tables as editors in a browser, on this machine only; files stay the truth."""
