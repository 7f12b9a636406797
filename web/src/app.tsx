/** The frame of every page and the choice of one by the address. Each kind of page is code of its own, fetched when needed. */

import { AdaptivityProvider, AppRoot, ConfigProvider } from "@vkontakte/vkui";
import { lazy, Suspense, type ReactNode } from "react";

import { CallPage } from "./pages/call-page";
import { EntryPage } from "./pages/entry-page";
import { Fetching } from "./pages/fetching";
import { UnknownPage } from "./pages/unknown-page";
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

const AccountPages = lazy(() => import("./account"));
const SchoolPages = lazy(() => import("./school"));

const CALL_PATH = /^\/call\/([^/]+)\/?$/;
const ACCOUNT_PATH = /^\/(?:|sign-in|connect|link(?:\/[^/]+)?|linked|i\/[^/]+|demo\/outbox)\/?$/;
const SCHOOL_PATH = /^\/(?:profile|school\/.+)$/;

export function App({ path, search }: { readonly path: string; readonly search: string }) {
  return (
    <Frame>
      <Suspense fallback={<Fetching />}>{pageOf(path, search)}</Suspense>
    </Frame>
  );
}

function pageOf(path: string, search: string): ReactNode {
  const call = CALL_PATH.exec(path)?.[1];
  if (call !== undefined) return <CallPage id={decodeURIComponent(call)} search={search} />;
  if (path.startsWith("/entry")) return <EntryPage problem={new URLSearchParams(search).get("problem")} />;
  if (ACCOUNT_PATH.test(path)) return <AccountPages path={path} search={search} />;
  if (SCHOOL_PATH.test(path)) return <SchoolPages path={path} search={search} />;
  return <UnknownPage />;
}
