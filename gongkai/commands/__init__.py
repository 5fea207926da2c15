"""What commands do besides building, and what they show for it."""
