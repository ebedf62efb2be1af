"""What every family of adapters may use to speak to other machines."""
