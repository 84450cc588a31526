"""The parts of the simulated Rescale: its plan of jobs, what they write, and the answers it gives."""
