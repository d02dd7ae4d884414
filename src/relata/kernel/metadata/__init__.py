"""What exists: fields, objects, views and the catalog that checks them together."""
