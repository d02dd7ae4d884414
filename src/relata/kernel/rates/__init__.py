"""What currencies are worth: rates by day, given by administrators, read where money is converted."""
