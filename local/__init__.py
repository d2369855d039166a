"""Everything that makes one machine enough: the engine, a hardened control plane, stand-in providers."""
