"""Widgets that draw their own lines: what is in sight, when it looks different, and nothing else.

They know values and how to draw them, never the services: a screen gives them what to show and hears what was asked.
"""
