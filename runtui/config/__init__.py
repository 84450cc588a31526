"""The configuration: TOML in, frozen settings out. Imports nothing but the model."""
