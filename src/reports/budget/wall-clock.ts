import { MINUTE, type DurationMs, type EpochMs } from '../../core/units.ts';

/** A reading of a clock on a wall, without a time zone: milliseconds as if it were UTC. */
export type WallMs = number;

/** `2026-01-01 00:00:00`, as configuration has checked it. */
export function parseWall(text: string): WallMs {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

/** Reads clocks of one time zone; the zone's rules are those of Intl. */
export class WallClock {
  readonly #format: Intl.DateTimeFormat;

  constructor(timeZone: string) {
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** What the clock shows at a time. */
  at(time: EpochMs): WallMs {
    const parts = new Map(this.#format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const of = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  }

  /**
   * When the clock shows this. A reading that comes twice (summer time ends) is the earlier; one that never comes
   * (it begins) is the moment the clock jumps.
   */
  timeOf(wall: WallMs): EpochMs {
    const offsets = [...new Set([-1, 0, 1].map((days) => this.#offsetNear(wall, days * 24 * 60 * MINUTE)))];
    const exact = offsets.map((offset) => wall - offset).filter((time) => this.at(time) === wall);
    if (exact.length > 0) return Math.min(...exact);
    // In the gap: the first moment whose reading is past it.
    return this.#jumpAfter(wall - Math.max(...offsets), wall - Math.min(...offsets), wall);
  }

  #offsetNear(wall: WallMs, away: DurationMs): DurationMs {
    const time = wall + away;
    return this.at(time) - time;
  }

  #jumpAfter(from: EpochMs, to: EpochMs, wall: WallMs): EpochMs {
    let [before, after] = [from, to];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (this.at(middle) < wall) before = middle;
      else after = middle;
    }
    return after;
  }
}
