import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long a connection without a whole request may still bring one, once the service is told to end. */
const LAST_REQUEST_MS = 1000;
/** Requests begun get this long to be answered; the deadline of an analysis is shorter. */
const ANSWER_MS = 10_000;

/**
 * Ends a server without losing a request.
 *
 * Node counts a connection that has not sent its first request as busy, and keeps one alive after an answer given
 * while closing: a balancer's spare connections would hold the process until its grace period is over.
 */
export class Drain {
  readonly #server: Server;
  /** Every connection, with the answers it waits for. */
  readonly #open = new Map<Socket, Set<ServerResponse>>();
  #isDraining = false;

  /** Counts from now on: to be made before the server listens. */
  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#open.set(socket, new Set());
      socket.once('close', () => this.#open.delete(socket));
    });
    // Before the handler of the application, which may answer at once.
    server.prependListener('request', ({ socket }, response) => {
      this.#begin(socket, response);
    });
  }

  #begin(socket: Socket, response: ServerResponse): void {
    const answers = this.#open.get(socket);
    answers?.add(response);
    if (this.#isDraining) response.shouldKeepAlive = false;
    response.once('close', () => {
      answers?.delete(response);
      if (this.#isDraining && answers?.size === 0) socket.end();
    });
  }

  /** Accepts no more connections; resolves when every request begun is answered, or its time is over. */
  async end(): Promise<void> {
    this.#isDraining = true;
    const ended = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    for (const answers of this.#open.values())
      for (const answer of answers) if (!answer.headersSent) answer.shouldKeepAlive = false;
    const quiet = setTimeout(() => {
      for (const [socket, answers] of this.#open) if (answers.size === 0) socket.destroy();
    }, LAST_REQUEST_MS);
    const late = setTimeout(() => {
      this.#server.closeAllConnections();
    }, ANSWER_MS);
    await ended;
    clearTimeout(quiet);
    clearTimeout(late);
  }
}
