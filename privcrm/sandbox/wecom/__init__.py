"""The WeCom (企业微信) wire: the vendor's rules, read from its documents and independent of any client."""
