"""Controls on the services of the platform."""
