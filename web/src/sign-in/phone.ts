/** Phone numbers as people write them. The server has the last word; this only helps the eye. */

/** «+7 912 345-67-89» from any writing of a Russian number; other texts come back as they are. */
export function tidyPhone(text: string): string {
  const digits = text.replace(/\D/gu, "");
  const russian = /^(?:[78])?(\d{3})(\d{3})(\d{2})(\d{2})$/u.exec(digits);
  if (!russian || (text.trim().startsWith("+") && !digits.startsWith("7"))) return text.trim();
  const [, area, first, second, third] = russian;
  return `+7 ${area} ${first}-${second}-${third}`;
}

/** May it be a phone number at all? */
export function looksLikePhone(text: string): boolean {
  const digits = text.replace(/\D/gu, "");
  return digits.length >= 10 && digits.length <= 15 && !/\p{L}/u.test(text);
}
