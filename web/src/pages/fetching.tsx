/** While the code of a page arrives. */

import { Spinner } from "@vkontakte/vkui";

import { Brand } from "../parts/brand";
import { words } from "../words";

export function Fetching({ text = words.common.loading }: { readonly text?: string }) {
  return (
    <div className="quiet">
      <header>
        <Brand />
      </header>
      <main className="quiet__loading" role="status">
        <Spinner size="l">{null}</Spinner>
        <p>{text}</p>
      </main>
    </div>
  );
}
