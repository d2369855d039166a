"""One control a file; the file's name is the control's id."""
