"""One module a screen. A screen asks the session for values, gives them to widgets, and turns keys into requests."""
