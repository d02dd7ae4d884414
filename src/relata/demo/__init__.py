"""The demo workspace: a believable company with customers, deals, cases and activities."""
