"""What many do at once; each race has a twin without the defence, which must fail."""
