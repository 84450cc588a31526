"""Pure functions from values of the model to text and cells. Nothing here knows a screen, a service or a file."""
