"""The second factor: a code of an app, or a recovery code, asked after the password."""
