"""The counter: translates HTTP into domain values and back; it holds no rule."""
