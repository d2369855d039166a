"""What a change does to environments, compared with another revision of the project."""
