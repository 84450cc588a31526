"""The keys of a pager."""

from typing import Final

from textual.binding import Binding

LOG_KEYS: Final = (
    Binding("F", "toggle_follow", "follow", id="log.follow"),
    Binding("n", "next_hit", "next match", id="log.next_hit"),
    Binding("N", "previous_hit", "previous match", id="log.previous_hit", show=False),
    Binding("e", "next_error", "next error", id="log.next_error"),
    Binding("E", "previous_error", "previous error", id="log.previous_error", show=False),
    Binding("m", "toggle_mark", "mark", id="log.mark", tooltip="mark the line, or take its mark away", show=False),
    Binding("apostrophe", "next_mark", "next mark", id="log.next_mark", key_display="'", show=False),
    Binding("quotation_mark", "previous_mark", "mark before", id="log.previous_mark", key_display='"', show=False),
    Binding("t", "toggle_stamps", "times", id="log.stamps", tooltip="times of the lines, on or off", show=False),
    Binding("i", "toggle_readable", "raw JSON", id="log.readable", tooltip="JSON readable or as it came", show=False),
    Binding("w", "toggle_wrap", "wrap", id="log.wrap"),
    Binding("number_sign", "toggle_numbers", "line numbers", id="log.numbers", key_display="#", show=False),
    Binding("v", "toggle_selection", "select lines", id="log.select", show=False),
    Binding("enter", "open_record", "record", id="log.record", tooltip="the whole record under the cursor", show=False),
    Binding("down,j", "move_cursor(1)", "down", id="log.down", show=False),
    Binding("up,k", "move_cursor(-1)", "up", id="log.up", show=False),
    Binding("pagedown,space", "page(1.0)", "page down", id="log.page_down", show=False),
    Binding("pageup,b", "page(-1.0)", "page up", id="log.page_up", show=False),
    Binding("ctrl+d", "page(0.5)", "half a page down", id="log.half_down", show=False),
    Binding("ctrl+u", "page(-0.5)", "half a page up", id="log.half_up", show=False),
    Binding("g,home", "go_to_end(False)", "top", id="log.top", show=False),
    Binding("G,end", "go_to_end(True)", "bottom", id="log.bottom", show=False),
    Binding("right", "shift(1)", "to the right", id="log.right", show=False),
    Binding("left", "shift(-1)", "to the left", id="log.left", show=False),
)
"""Those that are shown in a footer first."""
