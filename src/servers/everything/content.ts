import type { CallToolResult } from '@modelcontextprotocol/server';

/** A one-pixel PNG, base64. */
export const PIXEL_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mNgaFgAAAGkASHDMjD1AAAAAElFTkSuQmCC';

/** Four samples of silence as a WAV file (8-bit mono, 8 kHz), base64. */
export const SILENT_WAV = 'UklGRigAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQQAAACAgICA';

/** The result of a tool that has one line to say. */
export function says(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] };
}
