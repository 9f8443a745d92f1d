"""Look-ups of public facts: postcodes and addresses, later codes and countries; their loaders and providers."""
