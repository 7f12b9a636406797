/** What a token of the server is good for. The page reads it, the server judges it. */

interface Claims {
  readonly video?: { readonly roomJoin?: boolean };
}

/** Whether the token opens a room; one of somebody who waits in the lobby opens the call's own socket only. */
export function opensRoom(token: string): boolean {
  const payload = token.split(".")[1] ?? "";
  try {
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as Claims;
    return claims.video?.roomJoin === true;
  } catch {
    return false; // Not a token as we know them.
  }
}
