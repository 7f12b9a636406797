/** The words of the stage. */

import { words, type Widened } from ".";
import { stageEn } from "./stage-en";
import { stageRu } from "./stage-ru";

export type StageWords = Widened<typeof stageRu>;

export const stageWords: StageWords = words.locale === "en" ? stageEn : stageRu;
