"""The parts of CARROT and Cromwell on loopback; `runtui.backends.carrot.simulator` puts them together."""
