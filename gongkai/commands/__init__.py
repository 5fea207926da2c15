"""What can be typed and what is shown for it."""
