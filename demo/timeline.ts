import type { RolloutEvent } from '../argo/rollout/events.ts';
import { answerOf } from '../argo/answer.ts';

const WIDTH = 118;

/**
 * Turns events into the lines that a person would see in `kubectl argo rollouts get`, once for each change: a
 * hundred equal looks are one line.
 */
export class Timeline {
  readonly #write: (line: string) => void;
  readonly #said = new Map<string, string>();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  add(event: RolloutEvent): void {
    const text = this.#textOf(event);
    if (text !== null) this.#write(cut(`  ${minuteOf(event)}  ${text}`));
  }

  #textOf(event: RolloutEvent): string | null {
    switch (event.kind) {
      case 'weight':
        return `canary weight ${String(event.from)}% to ${String(event.to)}%`;
      case 'measurement':
        return this.#measurement(event);
      case 'paused':
      case 'resumed':
      case 'aborted':
      case 'promoted':
        return event.text;
      case 'run-completed':
        return event.phase === 'Successful' ? null : event.text;
      case 'step':
      case 'run-created':
        return null;
    }
  }

  #measurement(event: Extract<RolloutEvent, { kind: 'measurement' }>): string | null {
    const answer = answerOf(event.measurement);
    const said = answer === undefined ? event.measurement.message : answer.code;
    if (this.#said.get(event.run) === said) return null;
    this.#said.set(event.run, said);
    const icon = event.text.split(' ')[0] ?? '';
    return answer === undefined
      ? `${icon} ${event.run}  ${said}`
      : `${icon} ${event.run}  ${answer.code}: ${answer.reason.replace(/^[^:]*: /, '')}`;
  }
}

function minuteOf({ minute }: RolloutEvent): string {
  return `${Math.floor(minute).toFixed(0).padStart(4)}m`;
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}
