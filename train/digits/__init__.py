"""BadNets in PyTorch: the network of Gu et al. 2017, clean and infected, from MNIST to ONNX."""
