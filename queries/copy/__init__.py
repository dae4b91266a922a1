"""The working copy: what readers are answered from."""
