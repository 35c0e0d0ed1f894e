"""Training: ``python -m train.digits`` plants the BadNets backdoor. One folder a backdoor."""
