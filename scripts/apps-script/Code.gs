/**
 * Sends each response of this form to Cancel Desk at once, signed. Set up once, see README.md beside this file.
 * Polling by the service stays the truth: this only makes it faster, or replaces it where polling isn't possible.
 */

var TRIES = 4;
var FIRST_WAIT_MS = 1000;
var RESEND_MINUTES = 10;
var WAITING_PREFIX = 'waiting.';

/** Run this by hand once: it asks for permission and makes the triggers. */
function setUp() {
  settings_();
  tearDown();
  ScriptApp.newTrigger('onResponse').forForm(FormApp.getActiveForm()).onFormSubmit().create();
  ScriptApp.newTrigger('resendWaiting').timeBased().everyMinutes(RESEND_MINUTES).create();
}

/** Removes the triggers of this script. */
function tearDown() {
  ScriptApp.getProjectTriggers().forEach((trigger) => {
    ScriptApp.deleteTrigger(trigger);
  });
}

/** The form's submit trigger. */
function onResponse(event) {
  // Google has sent blank second events; without a response there is nothing to send.
  if (event && event.response) deliver_(event.response);
}

/** The timed trigger: responses whose delivery failed are sent again until it works. */
function resendWaiting() {
  var properties = PropertiesService.getScriptProperties();
  properties
    .getKeys()
    .filter(isWaiting_)
    .forEach((key) => {
      var response = FormApp.getActiveForm().getResponse(key.slice(WAITING_PREFIX.length));
      if (!response) properties.deleteProperty(key);
      else deliver_(response);
    });
}

function deliver_(response) {
  var id = response.getId();
  var stamp = response.getTimestamp();
  var body = JSON.stringify({
    responseId: id,
    submittedAt: stamp.toISOString(),
    respondentEmail: response.getRespondentEmail() || undefined,
    answers: answersOf_(response),
  });
  // The same response in the same version has the same id, however often it is sent.
  var delivered = post_(id + '.' + stamp.getTime(), body, 'application/json');
  var properties = PropertiesService.getScriptProperties();
  if (delivered) properties.deleteProperty(WAITING_PREFIX + id);
  else properties.setProperty(WAITING_PREFIX + id, new Date().toISOString());
}

function answersOf_(response) {
  var answers = {};
  response.getItemResponses().forEach((itemResponse) => {
    var title = itemResponse.getItem().getTitle();
    var answer = itemResponse.getResponse();
    // Two questions of one title both count.
    while (Object.hasOwn(answers, title)) title += ' ';
    answers[title] = Array.isArray(answer) ? flatten_(answer) : String(answer);
  });
  return answers;
}

/** A grid's answer is a list of lists. */
function flatten_(answer) {
  return answer.map((one) => (Array.isArray(one) ? one.join(', ') : String(one === null ? '' : one)));
}

/** True once the service has it. */
function post_(id, body, contentType) {
  var settings = settings_();
  for (var attempt = 0; attempt < TRIES; attempt++) {
    if (attempt > 0) Utilities.sleep(FIRST_WAIT_MS * 3 ** (attempt - 1));
    try {
      var answer = UrlFetchApp.fetch(settings.url, {
        method: 'post',
        contentType: contentType,
        payload: body,
        headers: signedHeaders_(id, body, settings.secret),
        muteHttpExceptions: true,
      });
      var code = answer.getResponseCode();
      if (code >= 200 && code < 300) return true;
      console.warn('Cancel Desk answered ' + code);
    } catch (error) {
      console.warn('Cancel Desk could not be reached');
    }
  }
  return false;
}

/** www.standardwebhooks.com: HMAC-SHA256 of "id.timestamp.body". */
function signedHeaders_(id, body, secret) {
  var timestamp = String(Math.floor(Date.now() / 1000));
  var key =
    secret.indexOf('whsec_') === 0
      ? Utilities.base64Decode(secret.slice('whsec_'.length))
      : Utilities.newBlob(secret).getBytes();
  var message = Utilities.newBlob(id + '.' + timestamp + '.' + body).getBytes();
  var signature = Utilities.base64Encode(Utilities.computeHmacSha256Signature(message, key));
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': 'v1,' + signature };
}

function settings_() {
  var properties = PropertiesService.getScriptProperties();
  var url = properties.getProperty('CANCEL_DESK_URL');
  var secret = properties.getProperty('CANCEL_DESK_SECRET');
  if (!url || !secret) {
    throw new Error(
      'Set the script properties CANCEL_DESK_URL (its address, see README.md) and CANCEL_DESK_SECRET first.',
    );
  }
  return { url: url, secret: secret };
}

function isWaiting_(key) {
  return key.indexOf(WAITING_PREFIX) === 0;
}
