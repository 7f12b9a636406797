/** A window of the browser that stays above other programs (Document Picture-in-Picture), where there is one. */

interface FloatingWindows {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

function offered(): FloatingWindows | null {
  return (window as { documentPictureInPicture?: FloatingWindows }).documentPictureInPicture ?? null;
}

export function canFloat(): boolean {
  return offered() !== null;
}

/** Opens the window with this page's styles; needs a person's click before it. Rejects when the browser refuses. */
export async function openFloating(width: number, height: number): Promise<Window> {
  const windows = offered();
  if (!windows) throw new Error("the browser has no floating windows");
  const floating = await windows.requestWindow({ width, height });
  for (const sheet of document.querySelectorAll<HTMLElement>('style, link[rel="stylesheet"]')) {
    floating.document.head.append(sheet.cloneNode(true));
  }
  floating.document.documentElement.lang = document.documentElement.lang;
  floating.document.documentElement.className = document.documentElement.className;
  floating.document.body.className = document.body.className;
  floating.document.title = document.title;
  return floating;
}
