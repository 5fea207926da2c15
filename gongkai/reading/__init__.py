"""What stands in content/ and in form folders, read into typed records; and records written back."""
