"""The folder for members and for the public: made once, stamped, looked through first."""
