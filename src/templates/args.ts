/** What stands between the braces of `{{args.x}}` in a text. */
export interface Tag {
  readonly text: string;
  /** The arg's name; undefined where it is no `args.` tag. */
  readonly arg: string | undefined;
}

/** The tags of a text. */
export function tagsIn(text: string): readonly Tag[] {
  return [...text.matchAll(/\{\{(.*?)\}\}/gs)].map(([, inner = '']) => {
    const name = /^\s*args\.(\S+)\s*$/.exec(inner)?.[1];
    return { text: inner.trim(), arg: name };
  });
}

/** Whether the text opens a tag that it never closes. */
export function hasOpenTag(text: string): boolean {
  const last = text.lastIndexOf('{{');
  return last >= 0 && !text.slice(last).includes('}}');
}

/** Fills in what is known; unknown args stay as they are. Values are texts, as Argo hands them over. */
export function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{\{\s*args\.(\S+?)\s*\}\}/g, (tag, name: string) => values.get(name) ?? tag);
}

/** The one arg that a text consists of, or undefined. */
export function onlyArg(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  return /^\{\{\s*args\.(\S+?)\s*\}\}$/.exec(text)?.[1];
}
