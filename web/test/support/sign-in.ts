/** States of the sign-in wizard, and a server that gives them. */

import { vi } from "vitest";

import type { SignInState } from "../../src/protocol/sign-in";

export function state(fields: Partial<SignInState> = {}): SignInState {
  return {
    step: "phone",
    steps: ["phone", "code", "done"],
    phone: null,
    resend_at: null,
    code_expires_at: null,
    tries_left: null,
    prefill: null,
    consent: null,
    providers: [],
    next: "/",
    ...fields,
  };
}

export const NEW_STEPS = ["phone", "code", "form", "consent", "done"] as const;

export const CONSENT = { version: "2026-11", text: "Первый абзац.\n\nВторой абзац.", for: "self" } as const;

/** Answers requests in turn, by method and path; a number with a body is a refusal. */
export function server(...answers: (SignInState | readonly [number, object])[]) {
  const asked: { method: string; path: string; body: unknown }[] = [];
  let turn = 0;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : null;
    asked.push({ method: init.method ?? "GET", path, body });
    const answer = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    if (!answer) return Promise.reject(new TypeError("Failed to fetch"));
    if ("step" in answer) return Promise.resolve(Response.json(answer));
    return Promise.resolve(Response.json(answer[1], { status: answer[0] }));
  });
  return asked;
}
