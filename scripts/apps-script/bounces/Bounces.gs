/**
 * Hands mails that came back to Cancel Desk, out of the mailbox that MAIL_FROM names. Stands in one project with Code.gs,
 * which it sends with; see README.md one folder up. Google's Gmail service, unlike GmailApp, does with reading alone.
 */

var LOOKS_EVERY_MINUTES = 10;
var BOUNCES = 'from:(mailer-daemon OR postmaster) newer_than:3d';
var MOST_AT_ONCE = 100;
var SENT_UNTIL = 'bounces.until';

/** Run this by hand once: it asks for permission and makes the trigger. */
function setUpBounces() {
  settings_();
  tearDown();
  ScriptApp.newTrigger('sendBounces').timeBased().everyMinutes(LOOKS_EVERY_MINUTES).create();
}

/** The timed trigger. The service knows what it was told before, so those of the last second are sent again each time. */
function sendBounces() {
  var properties = PropertiesService.getScriptProperties();
  var until = properties.getProperty(SENT_UNTIL);
  var query = until ? BOUNCES + ' after:' + until : BOUNCES;
  var found = Gmail.Users.Messages.list('me', { q: query, maxResults: MOST_AT_ONCE }).messages || [];
  // Newest first, as Gmail lists them: what can't be sent now, and all after it, waits for the next time.
  for (var { id } of found.reverse()) {
    var message = Gmail.Users.Messages.get('me', id, { format: 'raw' });
    if (!post_('bounce.' + id, textOf_(message.raw), 'message/rfc822')) return;
    properties.setProperty(SENT_UNTIL, String(Math.floor(Number(message.internalDate) / 1000) - 1));
  }
}

/** Bytes or, as over the web, their base64. */
function textOf_(raw) {
  var bytes = typeof raw === 'string' ? Utilities.base64DecodeWebSafe(raw) : raw;
  return Utilities.newBlob(bytes).getDataAsString();
}
