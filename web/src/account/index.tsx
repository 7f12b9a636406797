/** The pages around a profile, as one chunk: welcome, home, sign-in, linking, invite links, the demo's messages. */

import "../style/sheet.css";
import "../style/form.css";
import "../style/home.css";

import { HomePage } from "../home/home-page";
import { InvitePage } from "../home/invite-page";
import { OutboxPage } from "../home/outbox-page";
import { CodePage } from "../linking/code-page";
import { ConnectPage } from "../linking/connect-page";
import { LinkPage } from "../linking/link-page";
import { LinkedPage } from "../linking/linked-page";
import { SignInPage } from "../sign-in/sign-in-page";

export default function AccountPages({ path, search }: { readonly path: string; readonly search: string }) {
  const [first = "", second] = path.split("/").filter(Boolean).map(decodeURIComponent);
  if (first === "sign-in") return <SignInPage search={search} />;
  if (first === "connect") return <ConnectPage />;
  if (first === "linked") return <LinkedPage search={search} />;
  if (first === "link") return second === undefined ? <CodePage /> : <LinkPage code={second} />;
  if (first === "i" && second !== undefined) return <InvitePage token={second} />;
  return first === "demo" ? <OutboxPage /> : <HomePage />;
}
