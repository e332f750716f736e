import type { FormQuestion, FormState } from '../google/form-state.ts';
import { demoPage, html } from './html.ts';

/** A look-alike of the Google Form a customer would fill in. */
export function formPage(form: FormState): string {
  return demoPage(
    form.title,
    html`<form method="post" action="/form">
<div class="card top"><h1>${form.title}</h1><p>Tell us which order you want to cancel. Try order <strong>#1001</strong> with <strong>ana@customer.example</strong>, or <strong>#1002</strong> with <strong>eino@customer.example</strong> (Finnish).</p></div>
${form.emailCollectionType === 'DO_NOT_COLLECT' ? null : html`<div class="card"><label for="email">Email</label><input id="email" name="email" type="email" required autocomplete="email"></div>`}
${form.questions.map(field)}
<button type="submit">Submit</button></form>`,
  );
}

function field(question: FormQuestion) {
  const { questionId: id, title } = question;
  if (question.kind === 'choice') {
    const options = (question.options ?? []).map(
      (option) => html`<label><input type="radio" name="${id}" value="${option}"> ${option}</label>`,
    );
    return html`<div class="card"><fieldset><legend>${title}</legend>${options}</fieldset></div>`;
  }
  const input =
    question.kind === 'paragraph'
      ? html`<textarea id="${id}" name="${id}" rows="3"></textarea>`
      : html`<input id="${id}" name="${id}" type="text">`;
  return html`<div class="card"><label for="${id}">${title}</label>${input}</div>`;
}

export function recordedPage(form: FormState): string {
  return demoPage(
    form.title,
    html`<div class="card top"><h1>${form.title}</h1><p>Your response has been recorded.</p><p><a href="/form">Submit another response</a></p>
<p class="soft">Within a few seconds the service reads it: look into the <a href="/inbox">inbox</a>.</p></div>`,
  );
}
