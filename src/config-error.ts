/** The configuration cannot be used; nothing was started. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
