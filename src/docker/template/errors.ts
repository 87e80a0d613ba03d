/** What goes wrong with a template, in the words of Go's text/template. */

/** It cannot be read: `template: :1: unclosed action`. */
export class TemplateParseError extends Error {}

/** Its execution fails: `template: :1:2: executing "" at <.X>: …`. */
export class TemplateExecError extends Error {}

/** A function refuses its arguments; the execution says which function and where. */
export class CallError extends Error {}
