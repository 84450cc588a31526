"""What the simulators of all services share: one scripted world with a clock, texts that grow, faults, a server.

Each service's own simulator stands in its backend's folder. Only tests and the demo and simulate commands use them.
"""
