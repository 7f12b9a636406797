"""The wire that LiveKit clients speak: tokens, the WebSocket, the Twirp room service."""
