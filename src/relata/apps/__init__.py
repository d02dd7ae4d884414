"""One folder per business area; each imports the kernel only."""
