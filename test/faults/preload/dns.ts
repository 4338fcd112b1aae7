/** For `node --import`: no name can be resolved while a file is there. */
import dns from 'node:dns';
import { existsSync } from 'node:fs';

const file = process.env['TEST_DNS_GONE_FILE'] ?? '';
const lookup = dns.lookup;

function lookupUnlessGone(...given: Parameters<typeof dns.lookup>): void {
  const [hostname] = given;
  const told = given.at(-1) as unknown as (error: Error) => void;
  if (!existsSync(file)) {
    Reflect.apply(lookup, dns, given);
    return;
  }
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname,
  });
  setImmediate(told, error);
}

Reflect.set(dns, 'lookup', lookupUnlessGone);
