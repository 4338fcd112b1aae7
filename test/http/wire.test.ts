import { describe, expect, onTestFinished, test, type TestContext } from 'vitest';
import { answerOf, GOOD, post } from '../support/ask.ts';
import { folderWith } from '../support/folder.ts';
import { head, RawConnection, type RawResponse } from '../support/raw-http.ts';
import { served } from '../support/served.ts';
import { SHOP } from '../support/shop.ts';

const service = served({ slos: folderWith(SHOP) });
const REQUEST = JSON.stringify(GOOD);
const POST = 'POST /v1/analysis';

function connection(): RawConnection {
  const raw = new RawConnection(service().port);
  onTestFinished(() => {
    raw.destroy();
  });
  return raw;
}

/** The law on the wire: what is 2xx is one complete object with its length, and nothing is 5xx. */
function lawful(responses: readonly RawResponse[]): void {
  for (const { status, headers, body } of responses) {
    expect(status).toBeLessThan(500);
    if (status >= 300) continue;
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
    answerOf({ status, headers: new Headers(headers), text: body });
  }
}

/** What the request gets now, over a connection of its own. */
async function goodAnswer(): Promise<string> {
  return (await post(service(), REQUEST)).text;
}

describe('requests that no client library would send', () => {
  test('a Content-Length above what is sent never gets a 2xx when the sender gives up', async () => {
    const raw = connection();
    raw.write(head(POST, { 'Content-Length': REQUEST.length + 10 }), REQUEST);
    raw.finish();
    const responses = await raw.untilClosed();
    lawful(responses);
    expect(
      responses.filter(({ status, body }) => status === 200 && !body.includes('invalid-request')),
    ).toEqual([]);
    expect(await goodAnswer()).toContain('"verdict":"pass"');
  });

  test('a Content-Length below what is sent gets no verdict: the rest is no request', async () => {
    const raw = connection();
    raw.write(head(POST, { 'Content-Length': REQUEST.length - 5 }), REQUEST);
    const responses = await raw.untilClosed();
    lawful(responses);
    expect(responses.at(-1)?.status).toBe(400);
    expect(
      responses.filter(({ status, body }) => status === 200 && !body.includes('invalid-request')),
    ).toEqual([]);
  });

  test.each([
    ['two lengths', `Content-Length: 5\r\nContent-Length: 6\r\n`],
    ['a negative length', 'Content-Length: -1\r\n'],
    ['a length that is none', 'Content-Length: many\r\n'],
    ['a length and chunks', `Content-Length: ${String(REQUEST.length)}\r\nTransfer-Encoding: chunked\r\n`],
    ['an unknown transfer coding', 'Transfer-Encoding: shrink\r\n'],
    ['a header without a colon', 'nonsense\r\n'],
    ['a NUL in a header', 'X-Nul: a\0b\r\n'],
  ])('%s is refused by the server, 400', async (_name, line) => {
    const raw = connection();
    raw.write(`POST /v1/analysis HTTP/1.1\r\nHost: burngate\r\n${line}\r\n`, REQUEST);
    const responses = await raw.untilClosed();
    expect(responses.map(({ status }) => status)).toEqual([400]);
  });

  test.each([
    ['bytes', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['no Host', `POST /v1/analysis HTTP/1.1\r\nContent-Length: 0\r\n\r\n`],
    ['a version nobody speaks', `POST /v1/analysis HTTP/9.9\r\nHost: x\r\n\r\n`],
  ])('%s instead of a request get 400', async (_name, bytes) => {
    const raw = connection();
    raw.write(bytes);
    raw.finish();
    expect((await raw.untilClosed()).map(({ status }) => status)).toEqual([400]);
  });

  test('headers of 100 KB get 431', async () => {
    const raw = connection();
    raw.write(head(POST, { 'X-Long': 'x'.repeat(100_000), 'Content-Length': 0 }));
    expect((await raw.untilClosed()).map(({ status }) => status)).toEqual([431]);
  });

  test('HTTP/1.0 is answered with a length, and the connection closed', async () => {
    const raw = connection();
    raw.write(`POST /v1/analysis HTTP/1.0\r\nContent-Length: ${String(REQUEST.length)}\r\n\r\n${REQUEST}`);
    const responses = await raw.untilClosed();
    lawful(responses);
    expect(responses.map(({ body }) => body)).toEqual([await goodAnswer()]);
  });

  test('Expect: 100-continue is continued', async () => {
    const raw = connection();
    raw.write(head(POST, { 'Content-Length': REQUEST.length, Expect: '100-continue' }));
    expect((await raw.responses(1))[0]?.status).toBe(100);
    raw.write(REQUEST);
    expect((await raw.responses(2))[1]?.body).toBe(await goodAnswer());
  });

  test('an upgrade that nobody offers is a request like another', async () => {
    const raw = connection();
    raw.write(
      head(POST, { 'Content-Length': REQUEST.length, Connection: 'Upgrade', Upgrade: 'websocket' }),
      REQUEST,
    );
    const responses = await raw.responses(1);
    lawful(responses);
    expect(responses[0]?.body).toBe(await goodAnswer());
  });

  test('CONNECT ends the connection', async () => {
    const raw = connection();
    raw.write('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');
    expect(await raw.untilClosed()).toEqual([]);
    expect(await goodAnswer()).toContain('"verdict":"pass"');
  });
});

describe('pipelining', () => {
  test('each request is answered, in order, garbage among them', async () => {
    const bodies = [REQUEST, '', '{', REQUEST.replace('search', 'checkout'), 'x'.repeat(70_000), REQUEST];
    const raw = connection();
    raw.write(bodies.map((body) => `${head(POST, { 'Content-Length': body.length })}${body}`).join(''));
    const responses = await raw.responses(bodies.length);
    lawful(responses);
    const verdicts = responses.map(({ body }) => (JSON.parse(body) as { verdict: string }).verdict);
    expect(verdicts).toEqual(['pass', 'inconclusive', 'inconclusive', 'fail', 'inconclusive', 'pass']);
    expect(responses.at(-1)?.body).toBe(responses[0]?.body);
  });

  test('200 at once on one connection', async () => {
    const one = `${head(POST, { 'Content-Length': REQUEST.length })}${REQUEST}`;
    const raw = connection();
    raw.write(one.repeat(200));
    const responses = await raw.responses(200);
    expect(responses).toHaveLength(200);
    expect(new Set(responses.map(({ body }) => body))).toEqual(new Set([await goodAnswer()]));
  });

  test('more at once than can be answered are told to ask again, which is no harm to anybody', async () => {
    const one = `${head(POST, { 'Content-Length': REQUEST.length })}${REQUEST}`;
    const raw = connection();
    raw.write(one.repeat(1000));
    const responses = await raw.responses(1000);
    lawful(responses);
    expect(responses).toHaveLength(1000);
    const codes = responses.map(({ body }) => (JSON.parse(body) as { code: string }).code);
    expect(new Set(codes)).toEqual(new Set(['no-harm', 'overloaded']));
    const turnedAway = JSON.parse(responses[codes.indexOf('overloaded')]?.body ?? '') as object;
    expect(turnedAway).toMatchObject({ verdict: 'inconclusive' });
    expect(turnedAway).not.toHaveProperty('permanent');
    expect(await goodAnswer()).toBe(responses[0]?.body);
  });

  test('a body in chunks of one byte is one body', async () => {
    const raw = connection();
    raw.write(head(POST, { 'Transfer-Encoding': 'chunked' }));
    for (const byte of Buffer.from(REQUEST)) raw.write(`1\r\n`, Buffer.from([byte]), '\r\n');
    raw.write('0\r\n\r\n');
    expect((await raw.responses(1))[0]?.body).toBe(await goodAnswer());
  });
});

// Side by side, because each lasts as long as the patience of the service.
describe.concurrent('bodies that do not end', () => {
  /** A connection on which this is sent again and again. */
  function dripping(context: TestContext, first: string, again: string, everyMs: number): RawConnection {
    const raw = new RawConnection(service().port);
    raw.write(first);
    const drip = setInterval(() => {
      raw.write(again);
    }, everyMs);
    context.onTestFinished(() => {
      clearInterval(drip);
      raw.destroy();
    });
    return raw;
  }

  test('chunks without end are thrown away until the patience ends, and get no 2xx', async (context) => {
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
    const raw = dripping(context, head(POST, { 'Transfer-Encoding': 'chunked' }), chunk.repeat(4), 2);
    expect((await raw.untilClosed()).map(({ status }) => status)).toEqual([408]);
  }, 25_000);

  test('a slow body gets no 2xx before it is complete, and others are answered meanwhile', async (context) => {
    const raw = dripping(context, head(POST, { 'Content-Length': 10_000 }), ' ', 100);
    const closed = raw.untilClosed();
    expect(await goodAnswer()).toContain('"verdict":"pass"');
    expect((await closed).map(({ status }) => status)).toEqual([408]);
  }, 25_000);

  test('headers that never end are cut off', async (context) => {
    const raw = dripping(context, 'POST /v1/analysis HTTP/1.1\r\nHost: burngate\r\n', 'X-A: b\r\n', 200);
    expect((await raw.untilClosed()).map(({ status }) => status)).toEqual([408]);
  }, 25_000);
});

describe('senders that give up', () => {
  test('300 of them in the middle of a body leave nothing behind', async () => {
    const before = await goodAnswer();
    const senders = Array.from({ length: 300 }, () => new RawConnection(service().port));
    for (const raw of senders)
      raw.write(head(POST, { 'Content-Length': REQUEST.length }), REQUEST.slice(0, 20));
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const raw of senders) raw.destroy();
    await Promise.all(senders.map(async (raw) => raw.untilClosed()));
    expect(await goodAnswer()).toBe(before);
    const metrics = await (await fetch(`${service().url}/metrics`)).text();
    expect(metrics).toContain('burngate_analyses_in_flight 0');
    expect(
      service()
        .logs()
        .filter(({ level }) => Number(level) >= 50),
    ).toEqual([]);
  });
});
