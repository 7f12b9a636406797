/** A person's own profile: data, password, consent, devices. All raise `Problem`. */

import type { PersonalData } from "./people";
import { read, send } from "./request";

export type ConsentState = "given" | "parent_needed" | "missing" | "withdrawn";

export interface Profile extends PersonalData {
  readonly id: string;
  /** The number as it may be shown; null for a profile that has none yet. */
  readonly phone: string | null;
  readonly has_password: boolean;
  readonly consent: {
    readonly state: ConsentState;
    readonly version: string | null;
    readonly at: string | null;
    readonly by: "self" | "parent" | null;
  };
}

export interface Device {
  readonly id: string;
  /** «Chrome, Windows» */
  readonly title: string;
  readonly created_at: string;
  readonly seen_at: string;
  readonly current: boolean;
}

export const getProfile = () => read<Profile>("/api/profile");
export const changeProfile = (data: PersonalData) => send<Profile>("PATCH", "/api/profile", data);
export const setPassword = (old: string | null, fresh: string) =>
  send<unknown>("PUT", "/api/profile/password", old === null ? { new: fresh } : { old, new: fresh });
export const removePassword = () => send<unknown>("DELETE", "/api/profile/password");
export const withdrawConsent = () => send<unknown>("POST", "/api/profile/consent/withdraw");
export const EXPORT_ADDRESS = "/api/profile/export";
export const deleteProfile = (confirm: string) => send<unknown>("POST", "/api/profile/delete", { confirm });
export const getDevices = async () => (await read<{ data: readonly Device[] }>("/api/profile/devices")).data;
export const endDevice = (id: string) => send<unknown>("DELETE", `/api/profile/devices/${encodeURIComponent(id)}`);
export const signOut = () => send<unknown>("POST", "/api/sign-out");
export const signOutEverywhere = () => send<unknown>("POST", "/api/sign-out-everywhere");
