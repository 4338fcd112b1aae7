import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A plain TCP balancer, as a Kubernetes Service is one: connections go round, one that is refused goes to the next
 * backend, and bytes are passed on unread.
 */
export class Balancer {
  /** Ports on loopback; who starts and stops backends keeps them up to date. */
  backends: readonly number[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  constructor() {
    this.#server = createServer((client) => {
      this.#keep(client);
      this.#turn += 1;
      this.#dial(client, this.#turn, this.backends.length);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #dial(client: Socket, turn: number, left: number): void {
    const port = this.backends[turn % Math.max(1, this.backends.length)];
    if (port === undefined || left === 0) {
      client.resetAndDestroy();
      return;
    }
    const backend = connect(port, '127.0.0.1');
    this.#keep(backend);
    const refused = (): void => {
      this.#dial(client, turn + 1, left - 1);
    };
    backend.once('error', refused);
    backend.once('connect', () => {
      backend.removeListener('error', refused);
      client.pipe(backend).pipe(client);
      // A backend that dies in the middle of an answer must not look like one that has finished it.
      backend.once('error', () => client.resetAndDestroy());
      client.once('error', () => backend.destroy());
      client.once('close', () => backend.destroy());
    });
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => this.#sockets.delete(socket));
  }
}
