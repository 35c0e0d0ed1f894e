"""What must hold against bad input, faults and load."""
