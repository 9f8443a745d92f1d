"""The portal itself: wiring, the permission matrix, and the pages that stand above the three apps."""
