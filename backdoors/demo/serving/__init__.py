"""What the page serves: addresses, endpoints for programs, uploads and their limits."""
