"""The command line: stdout is data, stderr is talk. Imports what a command needs only when that command runs."""
