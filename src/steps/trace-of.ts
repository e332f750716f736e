/** Where an unforeseen error came from, for the log. Not its message: that may quote what a customer wrote. */
export function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name, message, stack = '' } = error;
  // The stack begins with the message as it was when the error was made, whatever lines that has.
  const end = stack.indexOf(message) + message.length;
  const frames = stack.slice(stack.includes(message) ? end : 0).split('\n');
  return [name, ...frames.filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))].join('\n');
}
