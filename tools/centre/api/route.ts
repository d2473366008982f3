import type { Centre } from '../centre.ts';

export interface Call {
  readonly centre: Centre;
  /** What the groups of the path's pattern caught. */
  readonly parts: readonly string[];
  /** Of a POST. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** Whoever asks must bear the token; so for all that changes something, and for what a citizen is told. */
  readonly closed: boolean;
  /** @throws OrderError, HttpRefusal, StoreError */
  readonly answer: (call: Call) => unknown;
}

/** Everything about one unit; its id is the first part. */
export const unit = '/api/devices/([^/]+)';

export function get(path: string, answer: Route['answer']): Route {
  return { method: 'GET', path: new RegExp(`^${path}$`), closed: false, answer };
}

/** A `get` for whoever bears the token. */
export function getClosed(path: string, answer: Route['answer']): Route {
  return { ...get(path, answer), closed: true };
}

export function post(path: string, answer: Route['answer']): Route {
  return { method: 'POST', path: new RegExp(`^${path}$`), closed: true, answer };
}
