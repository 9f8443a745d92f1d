"""What staff type into the desk's own pages."""
