/** The accessibility faults of what is on the page, one line each. */

import axe from "axe-core";

/** jsdom has no layout: colours and sizes are checked in a real browser. */
const NEEDS_LAYOUT = ["color-contrast", "target-size"];

export async function accessibilityFaults(element: Element): Promise<string[]> {
  const rules = Object.fromEntries(NEEDS_LAYOUT.map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run(element, { rules });
  return violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.html).join(" ")}`);
}
