import { Command, InvalidArgumentError } from 'commander';
import { PROVIDERS } from '../src/registry.ts';
import { RELEASES, type DemoRelease } from './releases.ts';

export interface DemoOptions {
  readonly json: boolean;
  readonly kill: boolean;
  readonly provider: string;
  readonly releases: readonly DemoRelease[];
}

/** The demo's flags; a wrong one ends the process with a message. */
export function demoOptions(argv: readonly string[]): DemoOptions {
  const names = PROVIDERS.map(({ name }) => name);
  const command = new Command('demo')
    .description(
      'Releases made from real traffic, judged by the real service, as Argo Rollouts would run them.',
    )
    .option('--json', 'one JSON line a release, and nothing else on stdout')
    .option('--kill', 'SIGKILL the service in the middle of each release')
    .option('--provider <name>', `where the counts come from: ${names.join(', ')}`, oneOf(names), 'recorded')
    .option(
      '--only <release>',
      `one release: ${RELEASES.map(({ key }) => key).join(', ')}`,
      oneOf(RELEASES.map(({ key }) => key)),
    )
    .parse(argv);
  const { json, kill, provider, only } = command.opts<{
    json?: true;
    kill?: true;
    provider: string;
    only?: string;
  }>();
  return {
    json: json === true,
    kill: kill === true,
    provider,
    releases: RELEASES.filter(({ key }) => only === undefined || key === only),
  };
}

function oneOf(allowed: readonly string[]): (given: string) => string {
  return (given) => {
    if (allowed.includes(given)) return given;
    throw new InvalidArgumentError(`allowed: ${allowed.join(', ')}`);
  };
}
