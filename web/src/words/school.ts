/** The words of the school's pages, loaded with those pages only. */

import { schoolRu } from "./school-ru";

export const school = schoolRu;
