/** Where the demo's counts come from, for one provider; every provider folder has one in `emulator/demo.ts`. */
export interface DemoSource {
  /** Folder of SLO files for `burngate serve`, one SLO a release, named as the release's counts. */
  readonly slos: string;
  /** Environment that `burngate serve` needs to reach the source. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes the source away, as an outage would, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param releases folder with the recorded releases (`NAME.csv`) and their SLO files (`slos/`)
 * @param workDir empty folder that the source may use
 */
export type OpenDemoSource = (releases: string, workDir: string) => Promise<DemoSource>;
