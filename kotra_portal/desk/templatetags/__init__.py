"""What the staff's templates need."""
