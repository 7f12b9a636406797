import { act, render, screen } from "@testing-library/react";
import { expect, it } from "vitest";

import { Store, useStore } from "../../src/media/store";

const people = new Store<Record<string, string>>({ a: "Анна", b: "Борис" });

function Name({ of }: { readonly of: string }) {
  return <p>{useStore(people, (all) => all[of])}</p>;
}

function List({ from }: { readonly from: string }) {
  const fresh = useStore(people, (all) => Object.values(all).filter((name) => name >= from));
  return <p>{fresh.join()}</p>;
}

it("shows the part that the component asks for now, though the value is the same", () => {
  const { rerender } = render(<Name of="a" />);
  rerender(<Name of="b" />);
  expect(screen.queryByText("Борис")).not.toBeNull();
  act(() => people.patch({ b: "Богдан" }));
  expect(screen.queryByText("Богдан")).not.toBeNull();
});

it("takes selectors that make something new each time", () => {
  const { rerender } = render(<List from="А" />);
  expect(screen.queryByText("Анна,Богдан")).not.toBeNull();
  rerender(<List from="Б" />);
  expect(screen.queryByText("Богдан")).not.toBeNull();
});
