"""What each kind of page shows, and pages made from it."""
