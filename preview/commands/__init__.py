"""The commands of `python -m preview`, one file each; what they work with lies beside this folder."""
