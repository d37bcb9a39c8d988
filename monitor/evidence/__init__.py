"""The monthly evidence bundle: collected from the record, told in files, signed, and verified without the record."""
