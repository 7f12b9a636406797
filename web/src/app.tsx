/** The frame of every page and the choice of one by the address. */

import { AdaptivityProvider, AppRoot, ConfigProvider } from "@vkontakte/vkui";
import type { ReactNode } from "react";

import { CallPage } from "./pages/call-page";
import { EntryPage } from "./pages/entry-page";
import { WelcomePage } from "./pages/welcome-page";
import { words } from "./words";

export function Frame({ children }: { readonly children: ReactNode }) {
  return (
    <ConfigProvider platform="vkcom" locale={words.locale}>
      <AdaptivityProvider density="regular">
        <AppRoot mode="full">{children}</AppRoot>
      </AdaptivityProvider>
    </ConfigProvider>
  );
}

export function App({ path, search }: { readonly path: string; readonly search: string }) {
  return <Frame>{pageOf(path, search)}</Frame>;
}

const CALL_PATH = /^\/call\/([^/]+)\/?$/;

function pageOf(path: string, search: string): ReactNode {
  const call = CALL_PATH.exec(path)?.[1];
  if (call !== undefined) return <CallPage id={decodeURIComponent(call)} search={search} />;
  if (path.startsWith("/entry")) return <EntryPage problem={new URLSearchParams(search).get("problem")} />;
  return <WelcomePage />;
}
