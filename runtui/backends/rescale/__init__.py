"""Rescale: jobs on a cluster, and the runs each of them is made of."""
