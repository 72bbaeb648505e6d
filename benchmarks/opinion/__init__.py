"""What the proofs of the opinion engine share: conversations, invented truths, predictors, attackers."""
