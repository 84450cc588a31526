"""local: runs of this machine, started by runtui, that outlive the terminal."""
