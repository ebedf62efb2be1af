"""The only place where adapters meet the core: builds the processes of Parley from their settings."""
