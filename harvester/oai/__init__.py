"""OAI-PMH 2.0 as it is really answered: bytes to a page of records. No network here."""
