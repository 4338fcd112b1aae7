import type { AnyProviderDefinition } from './core/provider.ts';
import { recorded } from '../providers/recorded/index.ts';

/** Every provider, one line each; the only file that names them. */
export const PROVIDERS: readonly AnyProviderDefinition[] = [recorded];
