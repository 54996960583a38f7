"""One SDK for the central platforms of the Thai government."""
