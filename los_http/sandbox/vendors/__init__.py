"""One module for each simulated vendor; the sandbox finds their `VENDOR` by module name."""
