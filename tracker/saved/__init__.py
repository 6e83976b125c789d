"""Views of a page saved by name: an address somebody wants to open again, or a colleague may."""
