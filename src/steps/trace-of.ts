/** Where an unforeseen error came from, for the log. Not its message: that may quote what a customer wrote. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, stack = '' } = error;
  // The stack begins with the message as it was when the error was made, whatever lines that has.
  const end = stack.indexOf(message) + message.length;
  const frames = stack.slice(stack.includes(message) ? end : 0).split('\n');
  // A database's or the system's own: "55P03", "ENOSPC".
  const { code } = error as { code?: unknown };
  const head = typeof code === 'string' && /^\w{1,40}$/.test(code) ? `${name} (${code})` : name;
  return [head, ...frames.filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))].join('\n');
}
