"""CARROT, with the Cromwell that runs its workflows."""
