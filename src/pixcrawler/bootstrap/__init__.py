"""The only package that sees both adapters and use cases."""
