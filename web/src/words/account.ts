/** The words of the pages around a profile, loaded with those pages only. */

import { choose, type Widened } from ".";
import { accountEn } from "./account-en";
import { accountRu } from "./account-ru";

export const account = choose<Widened<typeof accountRu>>(window.location.search, accountRu, accountEn);
