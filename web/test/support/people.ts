/** Made-up people and calls for tests and the gallery. */

import type { Person } from "../../src/call/port";
import type { Call } from "../../src/protocol/calls";

const NAMES = [
  "Иванова Анна Сергеевна",
  "Петров Илья",
  "Смирнова Полина",
  "Кузнецов Артём",
  "Васильева Мария",
  "Новиков Тимур",
  "Фёдорова Алиса",
  "Морозов Егор",
  "Волкова София",
  "Соловьёв Матвей",
  "Константинопольская-Преображенская Александра",
  "Зайцев Лев",
];

export function person(fields: Partial<Person> = {}): Person {
  return {
    identity: "p1",
    name: "Петров Илья",
    role: "student",
    own: false,
    speaking: false,
    spokeAt: 0,
    microphone: true,
    camera: true,
    screen: false,
    cameraKey: "camera",
    screenKey: "",
    paused: false,
    quality: "excellent",
    ...fields,
  };
}

/** A class of `count`: the teacher first, the person at the page second; states vary but never change. */
export function people(count: number): Person[] {
  return Array.from({ length: count }, (_, index) =>
    person({
      identity: `p${index}`,
      name: NAMES[index % NAMES.length] ?? "",
      role: index === 0 ? "administrator" : "student",
      own: index === (count > 1 ? 1 : 0),
      speaking: index === 0,
      microphone: index % 3 === 0,
      camera: index % 4 !== 2,
      paused: index === 4,
      quality: index === 3 ? "poor" : index === 7 ? "good" : index === 6 ? "lost" : "excellent",
    }),
  );
}

export function call(fields: Partial<Call> = {}): Call {
  return {
    id: "c1",
    title: "Онлайн-урок 7В · №1, Математика - 26.01 12:00",
    status: "running",
    class_title: "7В",
    subject_title: "Математика",
    lesson_no: 1,
    starts_at: "2026-01-26T12:00:00+03:00",
    person: { identity: "p1", name: "Петров Илья", role: "student" },
    administrator: false,
    ...fields,
  };
}
