/** A QR code that the server drew. As a picture, so that nothing in it can run. */

import { account } from "../words/account";

export function QrCode({ svg, label = account.common.qr }: { readonly svg: string; readonly label?: string }) {
  return <img className="qr" src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={label} width="200" height="200" />;
}
