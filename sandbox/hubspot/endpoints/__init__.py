"""What each path of the API does. One file for each family of calls."""
