import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { Frame } from "../../src/app";
import { SignInPage } from "../../src/sign-in/sign-in-page";
import { accessibilityFaults } from "../support/axe";
import { CONSENT, NEW_STEPS, server, state } from "../support/sign-in";

const go = vi.hoisted(() => vi.fn());
vi.mock("../../src/parts/navigation", async (original) => ({ ...(await original<object>()), go }));

beforeEach(() => {
  document.documentElement.lang = "ru";
  document.title = "Звонок";
});
afterEach(() => {
  go.mockClear();
});

function show(search = "?next=/profile") {
  render(
    <Frame>
      <SignInPage search={search} />
    </Frame>,
  );
}

const press = async (name: string | RegExp) => userEvent.click(await screen.findByRole("button", { name }));
const write = async (label: string, text: string) => userEvent.type(await screen.findByLabelText(label), text);

it("leads somebody new from the phone to the created profile", async () => {
  const steps = NEW_STEPS;
  const asked = server(
    state({ next: "/profile" }),
    state({ step: "code", steps, phone: "+7 912 ***-**-89" }),
    state({ step: "form", steps }),
    state({ step: "consent", steps, consent: CONSENT }),
    state({ step: "done", steps: ["done"], next: "/profile" }),
  );
  show();
  await write("Номер телефона", "8 912 345 67 89");
  await press("Создать учебный профиль");
  await write("Код из СМС", "123 456");
  expect(await accessibilityFaults(document.body)).toEqual([]);
  await press("Подтвердить");
  await write("Фамилия", "Петров");
  await write("Имя", "Илья");
  await write("Дата рождения", "5.9.1990");
  await userEvent.click(screen.getByLabelText("Мужской"));
  expect(screen.getByTestId("warning").textContent).toContain("даже коллегам или руководителю");
  await press("Продолжить");
  await userEvent.click(await screen.findByRole("checkbox"));
  expect(await accessibilityFaults(document.body)).toEqual([]);
  await press("Продолжить");
  expect((await screen.findByRole("heading", { level: 1 })).textContent).toBe("Учебный профиль создан!");
  expect(screen.getByRole("link", { name: "Продолжить" }).getAttribute("href")).toBe("/profile");
  expect(asked.map(({ path }) => path.replace("/api/sign-in", ""))).toEqual([
    "?next=%2Fprofile",
    "/phone",
    "/code",
    "/form",
    "/consent",
  ]);
  expect(asked.slice(1).map(({ body }) => body)).toEqual([
    { phone: "+7 912 345-67-89", intent: "create" },
    { code: "123456" },
    { family_name: "Петров", given_name: "Илья", patronymic: null, birth_date: "1990-09-05", gender: "male" },
    { version: "2026-11", accepted: true },
  ]);
});

it("goes straight on after a mere code", async () => {
  server(state({ step: "code" }), state({ step: "done", next: "/call/c1" }));
  show();
  await write("Код из СМС", "123456");
  await press("Подтвердить");
  await waitFor(() => expect(go).toHaveBeenCalledWith("/call/c1"));
});

it("goes nowhere else than to its own origin", async () => {
  server(state({ step: "done", next: "//evil.example/" }));
  show();
  await waitFor(() => expect(go).toHaveBeenCalledWith("/"));
});

it("shows known data to be checked", async () => {
  const prefill = { family_name: "Петров", given_name: "Илья", patronymic: null, birth_date: "1990-09-05", gender: "male" } as const;
  server(state({ step: "form", steps: ["phone", "code", "form", "done"], prefill }), state({ step: "done" }));
  show();
  expect(await screen.findByRole("heading", { name: "Проверьте данные о себе" })).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>("Дата рождения").value).toBe("05.09.1990");
  await press("Продолжить");
  expect(await screen.findByRole("heading", { name: "Данные проверены" })).toBeTruthy();
});

it("signs in with a password instead of a code", async () => {
  const asked = server(state(), state({ step: "done" }));
  show();
  await press("Войти с паролем");
  await write("Номер телефона", "89123456789");
  await write("Пароль", "тетрадь");
  await press("Войти");
  await waitFor(() => expect(go).toHaveBeenCalled());
  expect(asked[1]).toMatchObject({ path: "/api/sign-in/password", body: { password: "тетрадь" } });
});

it("asks for a code when the password of a known browser is forgotten", async () => {
  const asked = server(state({ step: "password" }), state({ step: "code" }));
  show();
  await press("Войти по коду из СМС");
  expect(await screen.findByLabelText("Код из СМС")).toBeTruthy();
  expect(asked[1]?.path).toBe("/api/sign-in/resend");
});

it("lets nobody send forms that cannot be right", async () => {
  const asked = server(state({ step: "form", steps: NEW_STEPS }));
  show();
  await write("Имя", "R2-D2");
  await press("Продолжить");
  expect(screen.getAllByText("Заполните это поле")).toHaveLength(2);
  expect(screen.getByText("Только буквы, дефис, пробел и апостроф")).toBeTruthy();
  expect(screen.getByText("Выберите один из вариантов")).toBeTruthy();
  expect(asked).toHaveLength(1);
});

it("marks the fields that the server refuses", async () => {
  const prefill = { family_name: "Петров", given_name: "Илья", patronymic: null, birth_date: "1990-09-05", gender: "male" } as const;
  const refusal = { code: "body_invalid", errors: [{ field: "family_name", code: "invalid", message: "" }] };
  server(state({ step: "form", prefill }), [422, refusal]);
  show();
  await press("Продолжить");
  await waitFor(() => expect(screen.getByLabelText("Фамилия").getAttribute("aria-invalid")).toBe("true"));
});

it("needs the tick of the consent, and tells a child who confirms", async () => {
  const asked = server(state({ step: "consent", steps: NEW_STEPS, consent: { ...CONSENT, for: "parent_needed" } }));
  show();
  expect(await screen.findByText(/Тебе ещё нет 14 лет/)).toBeTruthy();
  await press("Продолжить");
  expect(screen.getByText(/без этого профиль нельзя создать/)).toBeTruthy();
  expect(asked).toHaveLength(1);
});

it("brings the new text when the consent has changed meanwhile", async () => {
  const newer = { ...CONSENT, version: "2026-12" };
  server(state({ step: "consent", consent: CONSENT }), [409, { code: "consent_outdated" }], state({ step: "consent", consent: newer }));
  show();
  await userEvent.click(await screen.findByRole("checkbox"));
  await press("Продолжить");
  expect(await screen.findByText("Редакция 2026-12")).toBeTruthy();
  expect(screen.getByRole("alert").textContent).toContain("Текст согласия обновился");
});

it.each([
  [422, { code: "code_wrong", tries_left: 1 }, "Осталось 1 попытка"],
  [422, { code: "code_expired" }, "Этот код устарел"],
  [429, { code: "too_many_tries" }, "Слишком много попыток"],
  [503, { code: "busy" }, "Сейчас входит слишком много людей"],
  [500, {}, "Сервер не справился"],
])("explains %i %j and stays at the step", async (status, body, words) => {
  server(state({ step: "code" }), [status, body]);
  show();
  await write("Код из СМС", "123456");
  await press("Подтвердить");
  expect((await screen.findByTestId("form-problem")).textContent).toContain(words);
  expect(screen.getByLabelText<HTMLInputElement>("Код из СМС").value).toBe("123456");
});

it("continues where another tab has come to", async () => {
  server(state({ step: "code" }), [409, { code: "step_other", state: state({ step: "form", steps: NEW_STEPS }) }]);
  show();
  await write("Код из СМС", "123456");
  await press("Подтвердить");
  expect(await screen.findByRole("heading", { name: "Расскажите о себе" })).toBeTruthy();
});

it("offers another try when the server does not answer at first", async () => {
  server([503, {}], state());
  show();
  await press("Повторить");
  expect(await screen.findByLabelText("Номер телефона")).toBeTruthy();
});

it("offers outside providers with the way back", async () => {
  server(state({ providers: [{ id: "school", title: "Школьный вход" }], next: "/profile" }));
  show();
  const link = await screen.findByRole("link", { name: "Войти через Школьный вход" });
  expect(link.getAttribute("href")).toBe("/auth/school/start?next=%2Fprofile");
});

it("sends another code only when its time has come", async () => {
  const soon = new Date(Date.now() + 60_000).toISOString();
  server(state({ step: "code", resend_at: soon }));
  show();
  expect((await screen.findByTestId("resend-wait")).textContent).toMatch(/через (1:00|0:59)/);
  expect(screen.queryByRole("button", { name: "Отправить код ещё раз" })).toBeNull();
});
