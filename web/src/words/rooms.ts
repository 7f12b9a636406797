/** The words of «Сессионные залы». */

import { words, type Widened } from ".";
import { roomsEn } from "./rooms-en";
import { roomsRu } from "./rooms-ru";

export type RoomsWords = Widened<typeof roomsRu>;

export const roomsWords: RoomsWords = words.locale === "en" ? roomsEn : roomsRu;
