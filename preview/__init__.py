"""The credential-free preview: run the program in process, evaluate every control, report."""
