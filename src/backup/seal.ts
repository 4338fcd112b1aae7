import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { BackupRefused, whyOf } from './backup-refused.ts';

/**
 * A backup is one file: an SQLite database, a line of JSON that says what is in it, and a last line of a fixed length
 * with the SHA-256 of everything before. So it is either whole or seen to be not, and SQLite reads it as it is.
 */
const FORMAT = 1;
const SEAL = /^burngate-backup\/(\d{3}) manifest=(\d{8}) sha256=([0-9a-f]{64})\n$/;
const SEAL_BYTES = 'burngate-backup/001 manifest=00000000 sha256='.length + 64 + 1;
const SQLITE_MAGIC = 'SQLite format 3\0';
const MOST_MANIFEST = 65_536;

const manifestSchema = z.object({
  /** Version of Burngate that made it. */
  burngate: z.string(),
  createdAt: z.iso.datetime(),
  /** Steps of the schema, oldest first. */
  schema: z.array(z.string()),
  rows: z.record(z.string(), z.int().nonnegative()),
  /** The database without the lines behind it. */
  bytes: z.int().positive(),
  sha256: z.string(),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The SHA-256 of a file's first bytes, in hex. */
export async function digestOf(path: string, bytes: number): Promise<string> {
  return (await hashOf(path, bytes)).digest('hex');
}

async function hashOf(path: string, bytes: number): Promise<ReturnType<typeof createHash>> {
  const hash = createHash('sha256');
  if (bytes === 0) return hash;
  for await (const part of createReadStream(path, { end: bytes - 1, highWaterMark: 1 << 20 }))
    hash.update(part as Buffer);
  return hash;
}

/** Puts manifest and seal behind a database, and both on the disk. */
export async function sealDatabase(
  path: string,
  facts: Omit<Manifest, 'bytes' | 'sha256'>,
): Promise<Manifest> {
  const file = await open(path, 'a');
  try {
    const { size: bytes } = await file.stat();
    const hash = await hashOf(path, bytes);
    const manifest = { ...facts, bytes, sha256: hash.copy().digest('hex') };
    const line = Buffer.from(`\n${JSON.stringify(manifest)}\n`);
    hash.update(line);
    const head = `burngate-backup/${String(FORMAT).padStart(3, '0')} manifest=${String(line.length).padStart(8, '0')}`;
    await file.appendFile(line);
    await file.appendFile(`${head} sha256=${hash.digest('hex')}\n`);
    await file.sync();
    return manifest;
  } finally {
    await file.close();
  }
}

/** What a sealed file says it holds, once every byte of it is proven to be as it was written. Throws `BackupRefused`. */
export async function readSealed(path: string): Promise<Manifest> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw new BackupRefused(
      'cannot-read',
      `${path} cannot be read (${whyOf(error)})`,
      'name the file of a backup',
    );
  });
  try {
    const { size } = await file.stat();
    const seal = await sealOf(file, path, size);
    const sealed = size - SEAL_BYTES;
    if ((await digestOf(path, sealed)) !== seal.sha256)
      throw damaged(path, 'its checksum does not match its content');
    const start = sealed - seal.manifestBytes;
    if (start < SQLITE_MAGIC.length || seal.manifestBytes > MOST_MANIFEST)
      throw damaged(path, 'its seal contradicts its length');
    const manifest = parseManifest(await textAt(file, start, seal.manifestBytes));
    if (manifest?.bytes !== start) throw damaged(path, 'its manifest contradicts its content');
    return manifest;
  } finally {
    await file.close();
  }
}

/** Whether a file ends like a backup; its content is not looked at. */
export async function looksSealed(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    return SEAL.test(await textAt(file, Math.max(0, size - SEAL_BYTES), SEAL_BYTES));
  } finally {
    await file.close();
  }
}

async function sealOf(
  file: FileHandle,
  path: string,
  size: number,
): Promise<{ readonly manifestBytes: number; readonly sha256: string }> {
  const found = SEAL.exec(await textAt(file, Math.max(0, size - SEAL_BYTES), SEAL_BYTES));
  if (found === null) {
    if ((await textAt(file, 0, SQLITE_MAGIC.length)) === SQLITE_MAGIC)
      throw new BackupRefused(
        'truncated',
        `${path} ends without the seal of a backup: it was cut short, changed at its end, or never was one`,
        'take another backup, or copy this one again',
      );
    throw new BackupRefused(
      'not-a-backup',
      `${path} is no backup of Burngate`,
      'name a file that "burngate backup" has written',
    );
  }
  const [, format, manifestBytes, sha256 = ''] = found;
  if (Number(format) !== FORMAT)
    throw new BackupRefused(
      'newer-format',
      `${path} has format ${String(Number(format))}, this version reads format ${String(FORMAT)}`,
      'restore it with the version of Burngate that made it, or a newer one',
    );
  return { manifestBytes: Number(manifestBytes), sha256 };
}

function damaged(path: string, what: string): BackupRefused {
  return new BackupRefused(
    'damaged',
    `${path} is damaged: ${what}`,
    'take another backup, or copy this one again',
  );
}

async function textAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.toString('latin1', 0, bytesRead);
}

function parseManifest(text: string): Manifest | null {
  try {
    return manifestSchema.parse(JSON.parse(Buffer.from(text, 'latin1').toString('utf8')));
  } catch {
    return null;
  }
}
