"""What the machine and the bare libraries can do: the yardsticks of every case."""
