"""The staff's own: what needs all the apps and is for no member."""
