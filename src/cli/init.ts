import { Command } from 'commander';
import { formatIssues } from '../config/problem.ts';
import { parseAnswers, PLATFORMS, type Answers } from '../onboarding/answers.ts';
import { PLATFORM } from '../onboarding/platforms.ts';
import { STEPS } from '../onboarding/rollout-file.ts';
import { serviceFiles } from '../onboarding/service-files.ts';
import { EXIT, UsageError, type ExitCode } from './exit.ts';
import { askFor, type Question } from './init-questions.ts';
import { checkFiles, writeFiles } from './init-files.ts';
import { planCommand } from './plan.ts';
import { parseTarget } from './target.ts';

interface Flags {
  readonly dir?: string;
  readonly service?: string;
  readonly platform?: string;
  readonly objective?: string;
  readonly rate?: string;
  readonly bad?: string;
  readonly image?: string;
  readonly repository?: string;
  readonly path?: string;
  readonly project?: string;
  readonly dryRun?: true;
}

/** How long a release stays at a weight at least: the first look, and what a proof takes at usual traffic. */
const DWELL = { 'burngate-gate': '10m', 'burngate-bake': '120m' } as const;

/** `burngate init`: SLO file, Rollout, overlays and Argo CD Application for one service, and what they can see. */
export function initCommand(done: (code: ExitCode) => void): Command {
  return new Command('init')
    .description(
      'Write the files of a service: objective, release steps, overlays. Asks for what no flag says.',
    )
    .option('--service <name>', 'name of the service')
    .option('--platform <name>', `where it runs and is counted: ${PLATFORMS.join(', ')}`)
    .option('--objective <ratio>', 'part of the requests that has to be good, e.g. 0.995')
    .option(
      '--rate <rps>',
      'valid requests a second of the whole service; with --bad: what the steps can see',
    )
    .option('--bad <ratio>', "stable's usual bad ratio, e.g. 0.001")
    .option('--image <image>', 'container image with its tag')
    .option('--project <id>', 'Google Cloud project of the counts')
    .option('--repository <url>', 'Git repository that Argo CD reads')
    .option('--path <folder>', 'folder of the files in that repository')
    .option('--dir <dir>', 'where to write them; default: a folder of the name of the service')
    .option('--dry-run', 'tell what would be written')
    .action(async (flags: Flags) => {
      done(await init(flags));
    });
}

async function init(flags: Flags): Promise<ExitCode> {
  const given = { ...flags, ...(await askFor(questions(flags), process.stdin, process.stderr)) };
  const answers = answersFrom(given);
  const files = serviceFiles(answers);
  const dir = flags.dir ?? answers.service;
  const written = flags.dryRun === true ? [...files.keys()] : await writeFiles(dir, files);
  const say = (text: string): void => {
    process.stdout.write(text);
  };
  say(`${flags.dryRun === true ? 'would write' : 'wrote'} ${String(written.length)} files to ${dir}:\n`);
  say(written.map((name) => `  ${name}\n`).join(''));
  const { text, isFine } = await checkFiles(files);
  say(`\n${text}`);
  say('\n');
  await showOutlook(answers, given);
  say(`\nnext: read ${dir}/README.md; then burngate validate ${dir}\n`);
  return isFine ? EXIT.done : EXIT.fault;
}

function questions({ service, platform, objective }: Flags): readonly Question[] {
  const all: readonly (Question & { readonly given: string | undefined })[] = [
    { key: 'service', text: 'Name of the service', given: service },
    { key: 'platform', text: `Platform (${PLATFORMS.join(', ')})`, given: platform },
    {
      key: 'objective',
      text: 'Objective, the part of the requests that has to be good',
      fallback: '0.995',
      given: objective,
    },
  ];
  return all.filter(({ given }) => given === undefined);
}

function answersFrom(given: Flags): Answers {
  const { service = '', platform = '', objective = '', image, repository, path, project } = given;
  const parsed = parseAnswers({
    service,
    platform,
    objective: withFlag(parseTarget(objective)),
    ...(image === undefined ? {} : { image }),
    ...(repository === undefined ? {} : { repository }),
    ...(path === undefined ? {} : { path }),
    ...(project === undefined ? {} : { project }),
  });
  if (!parsed.ok) throw new UsageError(formatIssues(parsed.issues));
  return parsed.value;
}

function withFlag(target: ReturnType<typeof parseTarget>): ReturnType<typeof parseTarget> {
  if (target.ok) return target;
  return { ok: false, issues: target.issues.map((issue) => ({ ...issue, path: '--objective' })) };
}

/** What the steps can see at the traffic of the service: `plan` says it, or how to ask it. */
async function showOutlook(answers: Answers, { rate, bad }: Flags): Promise<void> {
  const steps = STEPS.map(({ weight, template }) => `${String(weight)}:${DWELL[template]}`).join(',');
  const lag = `${String(PLATFORM[answers.platform].lagMinutes)}m`;
  const asked = ['--target', String(answers.objective), '--steps', steps, '--lag', lag];
  if (rate === undefined || bad === undefined) {
    const command = `burngate plan ${asked.join(' ')} --rate RPS --bad RATIO`;
    process.stdout.write(`what can these steps see at your traffic? ${command}\n`);
    return;
  }
  const plan = planCommand(() => undefined).exitOverride();
  await plan.parseAsync([...asked, '--rate', rate, '--bad', bad], { from: 'user' });
}
