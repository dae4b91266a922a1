"""DataFrames and judged rows → markup or one plotly figure; nothing here knows Dash or SQL."""
