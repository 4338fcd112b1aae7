import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** `pass`: as if it were not there. `stall`: connections stand, and no byte gets through. `cut`: none stands. */
export type ProxyMode = 'pass' | 'stall' | 'cut';

/** Stands before a server on loopback, and is the network that fails. */
export class StallingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #mode: ProxyMode = 'pass';

  constructor(port: number) {
    this.#server = createServer((client) => {
      if (this.#mode === 'cut') {
        client.resetAndDestroy();
        return;
      }
      const server = connect(port, '127.0.0.1');
      for (const [one, other] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.once('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
        one.on('data', (bytes) => other.write(bytes));
        if (this.#mode === 'stall') one.pause();
      }
    });
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  set mode(mode: ProxyMode) {
    this.#mode = mode;
    for (const socket of this.#sockets) {
      if (mode === 'cut') socket.destroy();
      else if (mode === 'stall') socket.pause();
      else socket.resume();
    }
  }

  async stop(): Promise<void> {
    this.mode = 'cut';
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
