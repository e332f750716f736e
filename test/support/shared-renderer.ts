import { createRenderer, type RendererOptions } from '../../src/adapters/templates/renderer.ts';
import type { Renderer } from '../../src/ports.ts';

const made = new Map<string, Renderer>();

/** The templates of a process are compiled once for each look, not once for each test. */
export function sharedRenderer(options: RendererOptions): Renderer {
  const key = JSON.stringify(options);
  const renderer = made.get(key) ?? createRenderer(options);
  made.set(key, renderer);
  return renderer;
}
