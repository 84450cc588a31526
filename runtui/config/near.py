"""What a person may have meant by a word that is not known."""

from runtui.model.near import near_matches

__all__ = ["near_matches"]
