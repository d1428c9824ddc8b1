"""Which records describe one work: what they are recognised by, and the groups that follow."""
