"""Figures: counted here, drawn here; rules stay with the features they count."""
