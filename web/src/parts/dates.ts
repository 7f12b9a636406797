/** Dates as people read and write them. */

import { words } from "../words";

function format(text: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat(words.locale, options).format(date);
}

/** «понедельник, 26 января, 12:00»; "" when it is no moment. */
export const dayAndTime = (moment: string): string =>
  format(moment, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });

/** «26 января 2026 г., 12:00» */
export const momentOf = (moment: string): string =>
  format(moment, { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** «26.01.2026» of a moment. */
export const shortDay = (moment: string): string =>
  format(moment, { day: "2-digit", month: "2-digit", year: "numeric" });

/** «12:00» */
export const timeOf = (moment: string): string => format(moment, { hour: "2-digit", minute: "2-digit" });

/** «05.09.2012» of an RFC 3339 full-date; the date itself, whatever the time zone. */
export function writtenDate(date: string): string {
  const [year, month, day] = date.split("-");
  return year && month && day ? `${day}.${month}.${year}` : "";
}

/** An RFC 3339 full-date from «5.9.2012», «05092012», «2012-09-05» and the like; null when it is no date. */
export function readDate(text: string): string | null {
  const parts = text.trim().split(/[^\d]+/u);
  let [day, month, year] = parts;
  if (parts.length === 1 && /^\d{8}$/u.test(day ?? "")) {
    const digits = day ?? "";
    [day, month, year] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)];
  } else if (parts.length !== 3) return null;
  if (day?.length === 4) [day, year] = [year, day];
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  if (year?.length !== 4) return null;
  const date = new Date(Date.UTC(y, m - 1, d));
  const real = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  return real ? date.toISOString().slice(0, 10) : null;
}
