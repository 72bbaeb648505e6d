"""How hypercorn is held, by `participate serve` and by `hypercorn --config python:participate.server_limits`.

Names are hypercorn's own. Any ASGI server can carry the application; these are what we ask of this one.
"""

# A client that sends nothing for so long is gone, or means harm. Shorter would cut slow downloads off,
# since hypercorn counts the silence of a client that is only listening; event streams reconnect.
read_timeout = 300
# Between two requests, and before the first one is complete.
keep_alive_timeout = 20
# For requests under way when the server is told to stop.
graceful_timeout = 5
shutdown_timeout = 10
backlog = 1024
# 16 MiB by default, and a message is held in memory whole.
websocket_max_message_size = 64 * 1024
# Its own pings outlive the connection, and stopping would wait for them. The page says that it is there.
websocket_ping_interval = None
# No line per request: addresses of people who take part are not kept.
accesslog = None
loglevel = "WARNING"
include_server_header = False
