/** The sign-in wizard as the page holds it: the server's last state, what is being asked, what went wrong. */

import { Store } from "../media/store";
import type { PersonalData } from "../protocol/people";
import { asProblem, type Problem } from "../protocol/problem";
import type { Intent, SignInServer, SignInState } from "../protocol/sign-in";

export type Wizard =
  | { readonly at: "loading" }
  | { readonly at: "unreachable"; readonly problem: Problem }
  | {
      readonly at: "open";
      readonly state: SignInState;
      readonly busy: boolean;
      /** Of the last request; gone with the next one. */
      readonly problem: Problem | null;
      /** A new code was sent by the last request. */
      readonly resent: boolean;
    };

/** What the person did here before the wizard was done: nothing to celebrate after a mere code. */
export type Outcome = "created" | "checked" | "entered";

const NEW_TEXT = "consent_outdated";

export class SignIn {
  readonly wizard = new Store<Wizard>({ at: "loading" });

  constructor(
    private readonly server: SignInServer,
    private readonly next: string,
    private readonly link: string | null,
    private readonly onDone: (outcome: Outcome, state: SignInState) => void,
  ) {}

  /** Asks where this browser stands. A reload comes back to the step it was at. */
  async begin(): Promise<void> {
    this.wizard.set({ at: "loading" });
    try {
      this.arrive(await this.server.state(this.next, this.link), "entered");
    } catch (error) {
      this.wizard.set({ at: "unreachable", problem: asProblem(error) });
    }
  }

  phone(phone: string, intent: Intent): void {
    void this.ask(this.server.phone(phone, intent));
  }

  code(code: string): void {
    void this.ask(this.server.code(code));
  }

  async resend(): Promise<void> {
    const well = await this.ask(this.server.resend());
    const now = this.wizard.get();
    if (well && now.at === "open") this.wizard.set({ ...now, resent: true });
  }

  password(password: string, phone: string | null): void {
    void this.ask(this.server.password(password, phone));
  }

  back(): void {
    void this.ask(this.server.back());
  }

  form(data: PersonalData): void {
    void this.ask(this.server.form(data));
  }

  consent(version: string): void {
    void this.ask(this.server.consent(version));
  }

  private async ask(answer: Promise<SignInState>): Promise<boolean> {
    const before = this.wizard.get();
    if (before.at !== "open") return false;
    this.wizard.set({ ...before, busy: true, problem: null, resent: false });
    try {
      this.arrive(await answer, outcomeOf(before.state));
      return true;
    } catch (error) {
      const problem = asProblem(error);
      this.refuse(before.state, problem);
      if (problem.reason === NEW_TEXT) await this.renew(problem);
      return false;
    }
  }

  private arrive(state: SignInState, outcome: Outcome): void {
    this.wizard.set({ at: "open", state, busy: false, problem: null, resent: false });
    if (state.step === "done") this.onDone(outcome, state);
  }

  /** The consent's text has changed while it was read: here is the new one. */
  private async renew(problem: Problem): Promise<void> {
    try {
      this.refuse(await this.server.state(this.next, this.link), problem);
    } catch {
      // What went wrong is on the page; the next try asks again.
    }
  }

  /** A step already passed elsewhere brings the state it is at now; other refusals leave the person where they are. */
  private refuse(state: SignInState, problem: Problem): void {
    const told = problem.members.state;
    const now = typeof told === "object" && told !== null && "step" in told ? (told as SignInState) : state;
    this.wizard.set({ at: "open", state: now, busy: false, problem, resent: false });
    if (now.step === "done") this.onDone("entered", now);
  }
}

function outcomeOf(state: SignInState): Outcome {
  if (!state.steps.includes("form")) return "entered";
  return state.steps.includes("consent") ? "created" : "checked";
}
