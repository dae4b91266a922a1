"""Everything left of the figure: the contract, the engines, the counts and the judgements."""
