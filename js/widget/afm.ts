/**
 * The part of anywidget's front-end module format that this widget uses. Hosts differ: 0.10 gives no `signal`, and some
 * documents hand over a plain object for a model, so everything but `get` may be absent.
 */

/** The model as a host hands it over. */
export interface Model {
  get(name: string): unknown;
  on?(name: string, listener: Listener): void;
  off?(name: string, listener: Listener): void;
  send?(content: unknown): unknown;
  readonly widget_manager?: unknown;
}

/** A listener on the model. Hosts differ in what they pass, so handlers read `model.get`. */
export type Listener = (...given: unknown[]) => void;

/** What `initialize` gets. */
export interface InitializeProps {
  readonly model: Model;
  readonly signal?: AbortSignal;
}

/** What `render` gets. */
export interface RenderProps extends InitializeProps {
  readonly el: HTMLElement;
}

/** Ends what a hook began; may be called more than once. */
export type Cleanup = () => void;

/**
 * A cleanup that runs once: when called, or when the signal is aborted. It holds on to nothing afterwards, for hosts
 * keep the cleanups of views that are long gone.
 */
export function once(signal: AbortSignal | undefined, end: Cleanup): Cleanup {
  let pending: Cleanup | null = end;
  const cleanup = (): void => {
    const run = pending;
    pending = null;
    signal?.removeEventListener("abort", cleanup);
    run?.();
  };
  if (signal?.aborted) cleanup();
  else signal?.addEventListener("abort", cleanup);
  return cleanup;
}

/** Listens to the model and returns what stops it. */
export function listen(model: Model, name: string, listener: Listener): Cleanup {
  model.on?.(name, listener);
  return () => model.off?.(name, listener);
}
