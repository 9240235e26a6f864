/** The member of a list result that holds the items. */
export const LIST_ITEMS = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
} as const;

/** Methods that gather the items of all servers. */
export type ListMethod = keyof typeof LIST_ITEMS;

/** Methods that one server answers, found by the name or URI they carry. */
export const ROUTED_METHODS = ['tools/call', 'prompts/get', 'resources/read', 'completion/complete'] as const;

export type RoutedMethod = (typeof ROUTED_METHODS)[number];

export function isListMethod(method: string): method is ListMethod {
  return Object.hasOwn(LIST_ITEMS, method);
}

export function isRoutedMethod(method: string): method is RoutedMethod {
  return (ROUTED_METHODS as readonly string[]).includes(method);
}
