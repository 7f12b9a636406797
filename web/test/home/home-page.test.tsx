import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";

import { App } from "../../src/app";
import type { Home } from "../../src/protocol/home";
import { accessibilityFaults } from "../support/axe";

const HOME: Home = {
  profile: { id: "prf_a", family_name: "Смирнова", given_name: "Ольга", patronymic: "Викторовна", consent: "given" },
  links: [],
  can_connect: true,
  lessons: [],
  administers: [],
  heads: [],
  consent_needed: [],
  consent_given: [],
};

const LESSON = {
  call: "call_a",
  title: "Онлайн-урок №1, Алгебра",
  full_title: "Онлайн-урок 7В · №1, Алгебра - 26.01 12:00",
  status: "running" as const,
  starts_at: "2026-01-26T12:00:00+03:00",
  join: true,
  person_name: "Смирнов Илья",
  class_title: "7В",
  subject_title: "Алгебра",
};

/** What our server would answer; the requests it got. */
function answering(answers: Record<string, { status: number; body: unknown }>): string[] {
  const asked: string[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init = {}) => {
    const path = input as string;
    asked.push(`${init.method ?? "GET"} ${path} ${typeof init.body === "string" ? init.body : ""}`.trim());
    const { status, body } = answers[path] ?? { status: 404, body: { code: "not_found" } };
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(body), { status }));
  });
  return asked;
}

const open = () => render(<App path="/" search="" />);

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the bare address", () => {
  it("welcomes whoever is not signed in", async () => {
    answering({ "/api/home": { status: 401, body: { code: "session_missing" } } });
    open();
    expect(await screen.findByRole("link", { name: "Создать учебный профиль" })).toBeTruthy();
    expect(await accessibilityFaults(document.body)).toEqual([]);
  });

  it("offers to connect a diary only while nothing is linked", async () => {
    answering({ "/api/home": { status: 200, body: HOME } });
    open();
    expect((await screen.findByRole("link", { name: "Подключить дневник" })).getAttribute("href")).toBe("/connect");
    expect(await accessibilityFaults(document.body)).toEqual([]);
  });

  it("shows links, and which lesson can be entered, in words", async () => {
    const link = {
      person: { id: "per_a", name: "Смирнова Ольга Викторовна", role: "parent" as const },
      journal: { title: "Школьный журнал", login_url: "https://journal.example/connect" },
      school: "Школа № 26",
      classes: ["7В"],
      linked_at: "2026-01-20T09:00:00Z",
    };
    const planned = { ...LESSON, call: "call_b", status: "planned" as const, join: false };
    answering({ "/api/home": { status: 200, body: { ...HOME, links: [link], can_connect: false, lessons: [LESSON, planned] } } });
    open();
    expect(await screen.findByText("Школьный журнал")).toBeTruthy();
    expect(screen.queryByRole("link", { name: "Подключить дневник" })).toBeNull();
    expect(screen.getAllByRole("link").filter((one) => one.getAttribute("href") === "/call/call_a").length).toBeGreaterThan(0);
    expect(screen.getAllByRole("link").filter((one) => one.getAttribute("href") === "/call/call_b")).toHaveLength(0);
    expect(screen.getByText("идёт")).toBeTruthy();
    expect(screen.getByText("ещё не началось")).toBeTruthy();
    expect(await accessibilityFaults(document.body)).toEqual([]);
  });

  it("lets a parent consent for a child", async () => {
    const child = { profile: "prf_c", name: "Орлова Мария", birth_date: "2015-03-02", text: "Текст согласия", version: "2026-11" };
    const asked = answering({
      "/api/home": { status: 200, body: { ...HOME, consent_needed: [child] } },
      "/api/home/consents": { status: 204, body: null },
    });
    open();
    const section = (await screen.findByText(/Орлова Мария/)).closest("section");
    if (!section) throw new Error("no section");
    await userEvent.click(within(section).getByRole("checkbox"));
    await userEvent.click(within(section).getByRole("button"));
    expect(asked).toContain('POST /api/home/consents {"profile":"prf_c","version":"2026-11","accepted":true}');
  });

  it("lets a parent withdraw a consent, after saying what follows", async () => {
    const child = { profile: "prf_c", name: "Орлова Мария", birth_date: "2015-03-02", version: "2026-11", at: "2026-01-20T09:00:00Z" };
    const answers: Record<string, { status: number; body: unknown }> = {
      "/api/home": { status: 200, body: { ...HOME, consent_given: [child] } },
      "/api/home/consents/withdraw": { status: 409, body: { code: "consent_not_yours" } },
    };
    const asked = answering(answers);
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Отозвать согласие: Орлова Мария" }));
    const dialog = within(screen.getByRole("dialog"));
    expect(dialog.getByText(/на всех устройствах/)).toBeTruthy();
    expect(await accessibilityFaults(document.body)).toEqual([]);
    await userEvent.click(dialog.getByRole("button", { name: "Отмена" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(asked.filter((one) => one.startsWith("POST"))).toEqual([]);

    await userEvent.click(screen.getByRole("button", { name: "Отозвать согласие: Орлова Мария" }));
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Отозвать" }));
    expect(await screen.findByText(/Это согласие решает другой человек/)).toBeTruthy();

    answers["/api/home/consents/withdraw"] = { status: 204, body: null };
    answers["/api/home"] = { status: 200, body: HOME };
    await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Отозвать" }));
    expect(await screen.findByText(/Согласие отозвано/)).toBeTruthy();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(asked).toContain('POST /api/home/consents/withdraw {"profile":"prf_c"}');
  });

  it("tells a child what their parent has to decide", async () => {
    answering({ "/api/home": { status: 200, body: { ...HOME, can_connect: false, profile: { ...HOME.profile, consent: "withdrawn" } } } });
    open();
    expect((await screen.findByTestId("own-consent")).textContent).toMatch(/попроси родителя/);
  });
});
