"""The register of agreements and role-sharing rules of a town, with the days they hold."""
