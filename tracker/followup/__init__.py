"""Asking whoever filed a case: could the resource be used, did it help? One press is the answer."""
