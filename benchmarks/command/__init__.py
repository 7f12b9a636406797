"""What the commands of the harness share: flags, interruption, progress, and one module for each command."""
