/** The words of the class in a call. */

import { words, type Widened } from ".";
import { classroomEn } from "./classroom-en";
import { classroomRu } from "./classroom-ru";

export type ClassroomWords = Widened<typeof classroomRu>;

export const classroom: ClassroomWords = words.locale === "en" ? classroomEn : classroomRu;
