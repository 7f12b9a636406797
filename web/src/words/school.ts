/** The words of the school's pages, loaded with those pages only. */

import { choose, type Widened } from ".";
import { schoolEn } from "./school-en";
import { schoolRu } from "./school-ru";

export const school = choose<Widened<typeof schoolRu>>(window.location.search, schoolRu, schoolEn);
