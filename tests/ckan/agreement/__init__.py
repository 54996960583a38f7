"""The simulated catalogue must do as real ones do: the same tests, asked of all of them."""
