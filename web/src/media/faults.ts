/** Why a camera or a microphone did not start, told apart so that each cause gets its own advice. */

export type Device = "camera" | "microphone";
export type Fault = "denied" | "denied_system" | "missing" | "busy" | "insecure" | "unknown";
export type Browser = "chrome" | "edge" | "yandex" | "firefox" | "safari" | "ios" | "android" | "other";

/** Name and message of whatever was thrown: Safari's OverconstrainedError is no Error. */
export function naming(error: unknown): { readonly name: string; readonly message: string } {
  const fields = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return { name: text(fields.name), message: text(fields.message) };
}

/** The fault behind an error of getUserMedia (Media Capture and Streams section 10.3.1). */
export function faultOf(error: unknown): Fault {
  const { name, message } = naming(error);
  switch (name) {
    case "NotAllowedError":
    case "PermissionDeniedError":
      // Chromium says "Permission denied by system" when the operating system refuses.
      return /system/i.test(message) ? "denied_system" : "denied";
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "busy";
    case "InsecureContextError":
      return "insecure";
    default:
      return "unknown";
  }
}

/** The browser by its user agent: where its permission setting is found differs. */
export function browserOf(userAgent: string): Browser {
  if (/iPhone|iPad|iPod/.test(userAgent)) return "ios";
  if (/Android/.test(userAgent)) return "android";
  if (/YaBrowser\//.test(userAgent)) return "yandex";
  if (/Edg\//.test(userAgent)) return "edge";
  if (/Firefox\//.test(userAgent)) return "firefox";
  if (/Chrome\//.test(userAgent)) return "chrome";
  if (/Safari\//.test(userAgent)) return "safari";
  return "other";
}
