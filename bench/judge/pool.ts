import { Worker } from 'node:worker_threads';
import type { Outcomes } from './outcomes.ts';
import type { Job } from './section.ts';

/** A rejected job must end the bench, not leave it waiting. */
function ask(worker: Worker, job: Job): Promise<Outcomes> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      worker.off('message', answered);
      worker.off('error', failed);
    };
    const answered = (outcomes: Outcomes): void => {
      done();
      resolve(outcomes);
    };
    const failed = (error: Error): void => {
      done();
      reject(error);
    };
    worker.on('message', answered);
    worker.on('error', failed);
    worker.postMessage(job, []);
  });
}

/** Works off jobs on `threads` threads; answers come in the order of the jobs, so that results are the same ones. */
export async function runJobs(
  jobs: readonly Job[],
  threads: number,
  progress: (done: number, job: Job) => void,
): Promise<Outcomes[]> {
  const results: Outcomes[] = [];
  let next = 0;
  let done = 0;
  const drive = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      for (let index = next++; index < jobs.length; index = next++) {
        const job = jobs[index];
        if (job === undefined) break;
        results[index] = await ask(worker, job);
        done += 1;
        progress(done, job);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(threads, jobs.length) }, drive));
  return results;
}
