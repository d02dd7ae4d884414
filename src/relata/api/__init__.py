"""The surfaces: REST and the browser's session, generic over the catalog."""
