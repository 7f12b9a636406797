"""What one real browser page receives of a class, and what showing it costs."""
