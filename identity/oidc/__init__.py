"""Sign-in by outside providers: OpenID Connect and OAuth 2.1, authorization code with PKCE.

In: a browser on its way to a provider and back. Out: an `OutsideIdentity` for the sign-in.
"""
