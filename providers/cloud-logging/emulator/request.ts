import { grpc } from 'google-gax';
import { GrpcStatusError } from '../../_shared/google/emulator/grpc-status-error.ts';
import type { Cursor } from './paging.ts';

/** A ListLogEntriesRequest that the service would take. */
export interface Ask {
  readonly resourceNames: readonly string[];
  readonly filter: string;
  readonly orderBy: string;
  readonly pageSize: number;
  readonly cursor: Cursor;
}

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 1000;
const LONGEST_FILTER = 20_000;
const MOST_RESOURCES = 100;
const ORDERS: readonly string[] = ['timestamp asc', 'timestamp desc'];

/** Throws INVALID_ARGUMENT as the service does. */
export function checkedAsk(request: Record<string, unknown>): Ask {
  const names = request['resourceNames'];
  const resourceNames = Array.isArray(names) ? names.map(String) : [];
  const filter = text(request, 'filter');
  const orderBy = text(request, 'orderBy') || 'timestamp asc';
  const size = Number(request['pageSize'] ?? 0);
  if (resourceNames.length === 0 || resourceNames.length > MOST_RESOURCES)
    throw invalid(`${String(resourceNames.length)} resource names`);
  if (size < 0 || size > LARGEST_PAGE) throw invalid(`page size ${String(size)}`);
  if (filter.length > LONGEST_FILTER) throw invalid('the filter is too long');
  if (!ORDERS.includes(orderBy)) throw invalid(`order by ${orderBy}`);
  const question = JSON.stringify([resourceNames, filter, orderBy]);
  return {
    resourceNames,
    filter,
    orderBy,
    pageSize: size === 0 ? DEFAULT_PAGE : size,
    cursor: cursorOf(text(request, 'pageToken'), question),
  };
}

export function invalid(message: string): GrpcStatusError {
  return new GrpcStatusError(grpc.status.INVALID_ARGUMENT, message);
}

function text(request: Record<string, unknown>, key: string): string {
  const value = request[key];
  return typeof value === 'string' ? value : '';
}

/** A token belongs to its question. */
function cursorOf(token: string, question: string): Cursor {
  if (token === '') return { question, offset: 0, nth: 0 };
  try {
    const cursor = JSON.parse(Buffer.from(token, 'base64url').toString()) as Cursor;
    if (cursor.question === question && Number.isInteger(cursor.offset)) return cursor;
  } catch {
    // Told below.
  }
  throw invalid('page_token is not of this request');
}
