import type { ElicitRequestFormParams } from '@modelcontextprotocol/server';

type FormSchema = ElicitRequestFormParams['requestedSchema'];

const OPTIONS = ['option1', 'option2', 'option3'];

/** Two required texts. */
export const USER_FORM: FormSchema = {
  type: 'object',
  properties: {
    username: { type: 'string', description: 'Your name' },
    email: { type: 'string', description: 'Your email address' },
  },
  required: ['username', 'email'],
};

/** A default for every kind of field (SEP-1034). */
export const DEFAULTS_FORM: FormSchema = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'User name', default: 'John Doe' },
    age: { type: 'integer', description: 'User age', default: 30 },
    score: { type: 'number', description: 'User score', default: 95.5 },
    status: {
      type: 'string',
      description: 'User status',
      enum: ['active', 'inactive', 'pending'],
      default: 'active',
    },
    verified: { type: 'boolean', description: 'Whether the user is verified', default: true },
  },
};

/** Every way to offer a choice (SEP-1330), the deprecated `enumNames` included. */
export const ENUMS_FORM: FormSchema = {
  type: 'object',
  properties: {
    untitledSingle: { type: 'string', description: 'Choose one', enum: OPTIONS },
    titledSingle: {
      type: 'string',
      description: 'Choose one by its title',
      oneOf: titled('First Option', 'Second Option', 'Third Option'),
    },
    legacyEnum: {
      type: 'string',
      description: 'Choose one by its title, the old way',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: {
      type: 'array',
      description: 'Choose some',
      minItems: 1,
      maxItems: 3,
      items: { type: 'string', enum: OPTIONS },
    },
    titledMulti: {
      type: 'array',
      description: 'Choose some by their titles',
      minItems: 1,
      maxItems: 3,
      items: { anyOf: titled('First Choice', 'Second Choice', 'Third Choice') },
    },
  },
};

function titled(...titles: string[]): { const: string; title: string }[] {
  return titles.map((title, index) => ({ const: `value${index + 1}`, title }));
}
