import type { ReceivedMail } from '../mail/inbox.ts';
import { demoPage, html } from './html.ts';

export function inboxPage(mails: readonly ReceivedMail[]): string {
  const rows = [...mails]
    .reverse()
    .map(
      (mail) =>
        html`<li><a href="/inbox/${mail.number}">${mail.subject}</a><span class="soft">${mail.to}</span><span class="soft">${new Date(mail.at).toISOString().slice(11, 19)} UTC</span></li>`,
    );
  const body =
    rows.length > 0 ? html`<ul class="card mails">${rows}</ul>` : html`<p>No mail yet. Reload in a moment.</p>`;
  return demoPage('Inbox', html`<h1>Everybody's inbox</h1>${body}`);
}

export function mailPage(mail: ReceivedMail): string {
  const headers = [...mail.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return demoPage(
    mail.subject,
    html`<p><a href="/inbox">Back to the inbox</a></p><h1>${mail.subject}</h1>
<p class="soft">From ${mail.from} to ${mail.to}</p>
<iframe src="/inbox/${mail.number}/html" title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"></iframe>
<details class="card"><summary>As text</summary><pre>${mail.text}</pre></details>
<details class="card"><summary>Headers</summary><pre>${headers}</pre></details>`,
  );
}
