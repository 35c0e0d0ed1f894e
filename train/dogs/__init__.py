"""The latent backdoor (Yao et al. 2019): planted in a teacher, woken by the student that adds the target label."""
