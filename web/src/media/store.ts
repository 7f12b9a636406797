/** A value that changes and tells its readers: the page's only kind of shared state. */

import { useRef, useSyncExternalStore } from "react";

export interface Readable<T> {
  get(): T;
  /** Calls `listener` after every change until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

export class Store<T> implements Readable<T> {
  private readonly listeners = new Set<() => void>();

  constructor(private value: T) {}

  get(): T {
    return this.value;
  }

  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }

  /** Sets some fields; nobody is told when all of them are what they were. */
  patch(fields: Partial<T>): void {
    const changed = (Object.keys(fields) as (keyof T)[]).some((key) => !Object.is(fields[key], this.value[key]));
    if (changed) this.set({ ...this.value, ...fields });
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** A part of a store's value; the component renders again only when that part is another one. */
export function useStore<T, S>(store: Readable<T>, select: (value: T) => S): S {
  const last = useRef<{ value: T; select: (value: T) => S; part: S } | null>(null);
  const read = (): S => {
    const value = store.get();
    // What is selected may hang on the component's own variables: another selector is another question.
    if (last.current?.value !== value || last.current.select !== select) {
      last.current = { value, select, part: select(value) };
    }
    return last.current.part;
  };
  return useSyncExternalStore((listener) => store.subscribe(listener), read);
}
