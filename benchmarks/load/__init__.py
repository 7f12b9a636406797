"""The native load client: WebRTC endpoints on UDP sockets, synthetic RTP out, loss and latency figures in."""
