import { parentPort } from 'node:worker_threads';
import type { Job } from './section.ts';
import { sectionNamed } from './sections.ts';

function isJob(message: unknown): message is Job {
  return typeof message === 'object' && message !== null && 'section' in message && 'scenario' in message;
}

/** Takes one job after another and answers each with its outcomes. */
parentPort?.on('message', (message: unknown) => {
  if (!isJob(message)) throw new Error(`not a job: ${JSON.stringify(message)}`);
  void sectionNamed(message.section)
    .work(message)
    .then((outcomes) => parentPort?.postMessage(outcomes, []));
});
