/** The bell and the product's name on top of quiet pages. */

import { words } from "../words";

export function Brand() {
  return (
    <div className="brand">
      <img className="brand__bell" src="/favicon.svg" alt="" width="32" height="32" />
      <span>{words.brand}</span>
    </div>
  );
}
