"""Our code for the services: one folder each. Nothing above this package names a service."""
