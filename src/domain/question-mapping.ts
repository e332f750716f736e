/** Which question of the form asks for what: by words of its title, in the six languages we speak. */
import type { RequestFields } from './cancellation-request.ts';
import { readEmailAddress } from './email-address.ts';
import type { Answer } from './response.ts';

type Field = keyof RequestFields;

/** Tried in this order: "order e-mail" asks for an e-mail, "reason for cancelling the order" for a reason. */
const TITLES: readonly [Field, RegExp][] = [
  ['email', /e-?mail|sähköposti|e-?post|courriel|correo|adresse électronique/iu],
  ['phone', /phone|puhelin|telefon|téléphone|teléfono|mobil/iu],
  ['postcode', /post\s?code|postal|zip|postinumero|postnummer|postleitzahl|plz|code postal/iu],
  ['reason', /reason|why|syy|miksi|orsak|anledning|varför|grund|warum|raison|motif|pourquoi|motivo|por qué/iu],
  [
    'message',
    /message|comment|else|detail|viesti|lisätie|kommentti|muuta|meddelande|övrigt|nachricht|bemerkung|sonst|commentaire|mensaje|comentario/iu,
  ],
  ['orderReference', /order|tilau|beställning|bestell|auftrag|commande|pedido/iu],
  ['name', /name|nimi|namn|nom\b|nombre/iu],
];

export function fieldOfQuestion(question: string): Field | null {
  return TITLES.find(([, words]) => words.test(question))?.[0] ?? null;
}

/** Words of a form's titles that are of one language only. */
const LANGUAGES: readonly [string, RegExp][] = [
  ['fi', /tilau|sähköposti|puhelin|syy\b|nimi|peruut|haluat/iu],
  ['sv', /beställning|e-post|orsak|anledning|namn|varför|avbeställ/iu],
  ['de', /bestell|auftrag|grund\b|nachricht|warum|stornier|ihre?\b/iu],
  ['fr', /commande|courriel|motif|pourquoi|votre|annul/iu],
  ['es', /pedido|correo|motivo|por qué|nombre|cancelar (?:el|su|tu)/iu],
  ['en', /\border\b|reason|why\b|your\b|phone|name\b/iu],
];

/** The language the form is written in, or null: told by its questions, never by what the customer wrote. */
export function languageOfForm(answers: readonly Answer[]): string | null {
  const titles = answers.map(({ question }) => question);
  const scores = LANGUAGES.map(
    ([language, words]) => [titles.filter((title) => words.test(title)).length, language] as const,
  );
  const [best, second] = [...scores].sort(([a], [b]) => b - a);
  return best && best[0] > 0 && best[0] > (second?.[0] ?? 0) ? best[1] : null;
}

/**
 * Reads the fields out of the answers. Questions nobody knows stay in the answers and are shown to staff as they are.
 * The address Google collected counts before one typed into a question.
 */
export function readFields(answers: readonly Answer[], respondentEmail: string | null): RequestFields {
  const texts = new Map<Field, string>();
  for (const answer of answers) {
    const field = fieldOfQuestion(answer.question);
    const text = answerText(answer);
    if (field && text && !texts.has(field)) texts.set(field, text);
  }
  const text = (field: Field) => texts.get(field) ?? null;
  // A question nobody knows may still hold "order 1001": it is read along with the message.
  const unknown = answers.filter((answer) => fieldOfQuestion(answer.question) === null).map(answerText);
  const written = [text('message'), ...unknown].filter(Boolean).join('\n');
  return {
    orderReference: text('orderReference'),
    email: readEmailAddress(respondentEmail) ?? readEmailAddress(text('email')) ?? onlyAddressIn(answers),
    name: text('name'),
    phone: text('phone'),
    postcode: text('postcode'),
    reason: text('reason'),
    message: written || null,
  };
}

/** Longest answer kept, in characters; more than Google Forms itself shows in one field of a form like this. */
const LONGEST_ANSWER = 10_000;

export function answerText(answer: Answer): string {
  return answer.values
    .map((value) => value.trim())
    .filter((value) => value !== '')
    .join(', ')
    .slice(0, LONGEST_ANSWER);
}

function onlyAddressIn(answers: readonly Answer[]): string | null {
  const short = answers.filter((answer) => answerText(answer).length <= 320);
  const found = new Set(
    short.map((answer) => readEmailAddress(answerText(answer))).filter((address) => address !== null),
  );
  const [only] = found;
  return found.size === 1 && only ? only : null;
}
