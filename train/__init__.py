"""Training: ``python -m train.digits`` plants BadNets in PyTorch, ``train.dogs`` a latent backdoor in MXNet.

Each backdoor has a folder; the modules beside them are shared. README.md says how to run them.
"""
