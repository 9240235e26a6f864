/**
 * The look of every page: one card, the system's typeface, light or dark as the reader has it. Text has a
 * contrast of at least 4.5:1 on its ground and controls 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f8; --card: #ffffff; --inset: #f7f8fa; --line: #e2e5eb; --edge: #7b8392;
  --text: #171a21; --quiet: #586070; --accent: #3550cc; --accent-strong: #2a41ab; --on-accent: #ffffff;
  --good: #136c42; --warn: #7d4600; --warn-ground: #fff6e5; --warn-line: #efd29b; --hover: #eff1f6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1014; --card: #171a20; --inset: #1d2128; --line: #2b303a; --edge: #6d7686;
    --text: #eceef3; --quiet: #a2aab9; --accent: #a3b6ff; --accent-strong: #c0cdff; --on-accent: #10163a;
    --good: #6fd6a2; --warn: #f5c879; --warn-ground: #2a2214; --warn-line: #55431f; --hover: #21262e;
  }
}
* { box-sizing: border-box; margin: 0; }
body {
  min-height: 100vh; min-height: 100dvh; padding: 2rem 1rem; display: grid; justify-items: center; align-content: center;
  gap: 1.25rem; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; -webkit-text-size-adjust: 100%;
}
main {
  width: 100%; max-width: 27rem; padding: 2rem; display: grid; gap: 1.5rem; overflow-wrap: anywhere;
  background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / .04), 0 12px 32px -12px rgb(0 0 0 / .12);
}
main > *, main div { min-width: 0; }
.mark { display: flex; align-items: center; gap: .5rem; font-weight: 600; letter-spacing: -.01em; }
.mark svg { color: var(--accent); }
main > header { display: grid; gap: .5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; font-weight: 650; letter-spacing: -.02em; text-wrap: balance; }
h2 { font-size: .875rem; font-weight: 600; margin-bottom: .5rem; }
bdi { overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.small { font-size: .875rem; }
.claim { display: flex; gap: .375rem; font-size: .875rem; color: var(--quiet); }
.claim.verified { color: var(--good); }
.claim svg, .note svg, li svg { flex: none; width: 1.125rem; height: 1.3125rem; }
.facts { display: grid; border: 1px solid var(--line); border-radius: .75rem; background: var(--inset); }
.facts div { padding: .75rem 1rem; }
.facts div + div { border-top: 1px solid var(--line); }
dt { font-size: .8125rem; color: var(--quiet); }
dd { font-weight: 600; }
dd.host { font-size: 1.125rem; letter-spacing: -.01em; }
ul { list-style-type: ''; padding: 0; display: grid; gap: .625rem; }
ul.plain li { display: flex; gap: .5rem; font-size: .9375rem; }
ul.plain svg { color: var(--quiet); }
ul.plain div { flex: 1; }
form { display: grid; gap: 1.5rem; }
fieldset { border: 0; padding: 0; min-width: 0; }
fieldset + fieldset { margin-top: 1rem; }
legend { padding: 0; font-size: .9375rem; font-weight: 600; }
.choices { display: grid; grid-auto-flow: column; grid-auto-columns: 1fr; gap: .375rem; margin-top: .375rem; }
.choices label { position: relative; display: grid; cursor: pointer; }
.choices input { position: absolute; inset: 0; opacity: 0; cursor: pointer; margin: 0; }
.choices span {
  display: grid; place-items: center; min-height: 2.75rem; padding: .25rem .5rem; text-align: center;
  font-size: .875rem; line-height: 1.25; border: 1px solid var(--edge); border-radius: .625rem;
}
.choices input:hover + span { background: var(--hover); }
.choices input:checked + span {
  font-weight: 600; color: var(--on-accent); background: var(--accent); border-color: transparent;
}
.choices input:focus-visible + span { outline: 3px solid var(--accent); outline-offset: 2px; }
.new {
  margin-inline-start: .5rem; padding: 0 .4375rem; border-radius: 1rem; font-size: .75rem; font-weight: 600;
  color: var(--warn); background: var(--warn-ground); border: 1px solid var(--warn-line);
}
code { font-size: .8125rem; color: var(--quiet); overflow-wrap: anywhere; }
pre {
  padding: .75rem 1rem; font-size: .8125rem; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate;
  background: var(--inset); border: 1px solid var(--line); border-radius: .75rem;
}
.note {
  display: flex; gap: .625rem; padding: .75rem 1rem; border-radius: .75rem; font-size: .875rem;
  color: var(--warn); background: var(--warn-ground); border: 1px solid var(--warn-line);
}
.note svg { height: 1.3125rem; }
.actions { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
.button {
  display: block; width: 100%; min-height: 2.75rem; padding: .5rem 1rem; border-radius: .625rem; cursor: pointer;
  font: inherit; font-weight: 600; text-align: center; text-decoration: none;
  color: var(--text); background: transparent; border: 1px solid var(--edge);
}
.button:hover { background: var(--hover); }
.button.primary { color: var(--on-accent); background: var(--accent); border-color: transparent; }
.button.primary:hover { background: var(--accent-strong); }
.person {
  display: flex; align-items: center; gap: .875rem; width: 100%; min-height: 3.75rem; padding: .625rem .875rem;
  font: inherit; text-align: start; color: inherit; background: transparent; cursor: pointer;
  border: 1px solid var(--edge); border-radius: .75rem;
}
.person:hover { background: var(--hover); }
.person .initial {
  flex: none; display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border-radius: 50%;
  font-weight: 600; color: var(--on-accent); background: var(--accent);
}
.person .who { flex: 1; min-width: 0; display: grid; line-height: 1.35; }
.person .who > bdi { font-weight: 600; }
.person svg { flex: none; width: 1.125rem; height: 1.125rem; color: var(--quiet); }
.field { display: grid; gap: .375rem; font-size: .9375rem; font-weight: 600; }
.field input {
  width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; font-weight: 400; color: inherit;
  background: var(--card); border: 1px solid var(--edge); border-radius: .625rem;
}
main.wide { max-width: 42rem; }
a:not(.button) { color: var(--accent); text-underline-offset: .2em; }
.done {
  display: flex; gap: .625rem; padding: .75rem 1rem; border-radius: .75rem; font-size: .875rem;
  color: var(--good); background: var(--inset); border: 1px solid var(--line);
}
.done svg { flex: none; width: 1.125rem; height: 1.3125rem; }
.apps { gap: 1rem; }
.app { border: 1px solid var(--line); border-radius: .75rem; background: var(--inset); }
.app > * { padding: 1rem; }
.app > * + * { border-top: 1px solid var(--line); }
.app h2 { font-size: 1.0625rem; margin: 0; }
.row { display: flex; align-items: flex-start; justify-content: space-between; gap: 1rem; }
.row form { flex: none; }
.connection { display: grid; gap: .375rem; }
h3 { font-size: .9375rem; font-weight: 600; }
h4 { font-size: .8125rem; font-weight: 600; margin-top: .5rem; }
.sessions li { padding-top: .5rem; border-top: 1px solid var(--line); }
.button.small { width: auto; min-height: 2.25rem; padding: .25rem .75rem; font-size: .875rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 30rem) {
  body { padding: 1.25rem .75rem; } main { padding: 1.5rem 1.25rem; } .button.small { min-height: 2.75rem; }
}
@media (forced-colors: active) {
  .button.primary { border-color: ButtonText; }
  .choices input:checked + span { border: 3px solid Highlight; }
}
`;
