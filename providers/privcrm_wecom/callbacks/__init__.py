"""What the vendor sends: verified, decrypted, read; and passive replies, sealed alike."""
