/** One icon per button; switches that are off have a crossed one. */

import {
  Icon28FullscreenExitOutline,
  Icon28FullscreenOutline,
  Icon28GridLayoutOutline,
  Icon28Hand,
  Icon28MessageOutline,
  Icon28MicrophoneAlt,
  Icon28MicrophoneSlashAlt,
  Icon28PhoneDownFilled,
  Icon28ScreencastOutline,
  Icon28SettingsOutline,
  Icon28Users3Outline,
  Icon28VideocamAlt,
  Icon28VideocamSlashAlt,
  Icon28WriteSquareOutline,
} from "@vkontakte/icons";
import type { ReactNode } from "react";

import type { BarKey } from "./bar-items";

const ICONS: Readonly<Record<BarKey, ReactNode>> = {
  screen: <Icon28ScreencastOutline />,
  board: <Icon28WriteSquareOutline />,
  hand: <Icon28Hand />,
  camera: <Icon28VideocamAlt />,
  microphone: <Icon28MicrophoneAlt />,
  leave: <Icon28PhoneDownFilled />,
  chat: <Icon28MessageOutline />,
  participants: <Icon28Users3Outline />,
  layout: <Icon28GridLayoutOutline />,
  settings: <Icon28SettingsOutline />,
  minimize: <Icon28FullscreenExitOutline />,
  maximize: <Icon28FullscreenOutline />,
};

const OFF_ICONS: Partial<Record<BarKey, ReactNode>> = {
  camera: <Icon28VideocamSlashAlt />,
  microphone: <Icon28MicrophoneSlashAlt />,
};

export function BarIcon({ name, on }: { readonly name: BarKey; readonly on: boolean | null }) {
  return (on === false && OFF_ICONS[name]) || ICONS[name];
}
