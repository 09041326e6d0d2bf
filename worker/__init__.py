"""Where workflows and activities are put together and run."""
