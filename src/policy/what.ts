import type { Called } from './facts.ts';
import { nameTest, templateTest } from './name-pattern.ts';
import type { What } from './rule.ts';
import { hintsOf, type ToolHints } from './tool-hints.ts';

/** Whether a thing fits; null where that depends on what a resource template is filled with. */
type WhatTest = (called: Called, isTemplate: boolean) => boolean | null;

/**
 * What of a server a rule is about, ready to be asked; which servers, is asked before (`CompiledRule.concerns`).
 * @param isTemplate whether a resource's name is a template, as in lists.
 */
export function whatTest(what: What = {}): WhatTest {
  const tests = [namesTest(what), connectionsTest(what), annotationsTest(what)].filter(test => test !== null);
  return (called, isTemplate) => {
    let all: boolean | null = true;
    for (const test of tests) {
      const answer = test(called, isTemplate);
      if (answer === false) return false;
      if (answer === null) all = null;
    }
    return all;
  };
}

function namesTest({ tools, prompts, resources }: What): WhatTest | null {
  if (!tools && !prompts && !resources) return null;
  const none = () => false;
  const test = {
    tool: tools ? nameTest(tools) : none,
    prompt: prompts ? nameTest(prompts) : none,
    resource: resources ? nameTest(resources) : none,
  };
  const ofTemplates = resources ? templateTest(resources) : none;
  return ({ kind, name }, isTemplate) =>
    kind === 'resource' && isTemplate ? ofTemplates(name) : test[kind](name);
}

function connectionsTest({ connections }: What): WhatTest | null {
  if (!connections) return null;
  const test = nameTest(connections);
  return called => called.connections.some(test);
}

/** Only tools say such things of themselves: nothing else fits a rule that asks for them. */
function annotationsTest({ annotations }: What): WhatTest | null {
  if (!annotations) return null;
  const wanted = Object.entries(annotations) as [keyof ToolHints, boolean][];
  return called => {
    if (called.kind !== 'tool') return false;
    const hints = hintsOf(called.annotations);
    return wanted.every(([hint, value]) => hints[hint] === value);
  };
}
