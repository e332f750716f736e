/**
 * For tests that are about something else: nobody is asked for proof, nothing is held, no limit is met. What the built-in
 * policy does has tests of its own.
 */
export const PLAIN_POLICY = `
proof: { level: none }
hold: false
limits: { mails_per_address: 10000, mails_per_source: 100000, confirmations_per_order: 10000, staff_mails: 100000 }
`;
