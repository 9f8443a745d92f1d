"""What staff do that needs all the apps."""
