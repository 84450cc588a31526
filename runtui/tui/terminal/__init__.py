"""What is sent to the terminal: never more than what makes it show something else."""
