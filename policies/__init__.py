"""The policy pack: controls, how they are evaluated, and who accepted which risk."""
