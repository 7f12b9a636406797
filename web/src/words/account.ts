/** The words of the pages around a profile, loaded with those pages only. */

import { accountRu } from "./account-ru";

export const account = accountRu;
