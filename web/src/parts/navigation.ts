/** Leaving the page for another one. */

export function go(address: string): void {
  window.location.assign(address);
}

/** A path of our own origin, "/" for anything else: an address must not lead away from here. */
export function ownPath(path: string | null): string {
  if (!path?.startsWith("/")) return "/";
  try {
    const { origin, pathname, search, hash } = new URL(path, window.location.origin);
    return origin === window.location.origin ? pathname + search + hash : "/";
  } catch {
    return "/";
  }
}

/** The sign-in page that leads back to `path` afterwards. */
export function signInFor(path: string): string {
  return `/sign-in?${new URLSearchParams({ next: path }).toString()}`;
}
