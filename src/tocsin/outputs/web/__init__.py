"""The console: a page, its websocket, and what a page asks for; docs/console-api.md is the contract."""
