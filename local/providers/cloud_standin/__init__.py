"""Stand-in providers for AWS, Azure and Google Cloud: strict on what they are given, and nothing behind them.

They check every property against the installed SDK, and what maps against the cloud's own service model; answer what
a cloud would know only afterwards with values of its shape; and refuse what a cloud refuses of an update or a
deletion. They call no cloud, so whether an account has quota, capacity or permission they can't tell.
"""
