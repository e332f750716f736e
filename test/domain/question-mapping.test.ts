import { describe, expect, it } from 'vitest';
import { fieldOfQuestion, languageOfForm, readFields } from '../../src/domain/question-mapping.ts';

describe('what a question asks for', () => {
  it.each([
    ['Order number', 'orderReference'],
    ['Tilausnumero', 'orderReference'],
    ['Beställningsnummer', 'orderReference'],
    ['Bestellnummer', 'orderReference'],
    ['Numéro de commande', 'orderReference'],
    ['Número de pedido', 'orderReference'],
    ['E-mail used for the order', 'email'],
    ['Sähköposti, jolla tilasit', 'email'],
    ['Adresse e-mail de la commande', 'email'],
    ['Correo electrónico', 'email'],
    ['Why do you want to cancel the order?', 'reason'],
    ['Miksi haluat perua tilauksen?', 'reason'],
    ['Grund der Stornierung', 'reason'],
    ['Anything else?', 'message'],
    ['Viesti meille', 'message'],
    ['Your name', 'name'],
    ['Nimi', 'name'],
    ['Puhelinnumero', 'phone'],
    ['Postinumero', 'postcode'],
    ['How did you hear of us?', null],
  ])('%s: %s', (question, field) => {
    expect(fieldOfQuestion(question)).toBe(field);
  });
});

describe('reading the answers', () => {
  const answer = (question: string, ...values: string[]) => ({ questionId: null, question, values });

  it('takes the address that Google collected before one that was typed', () => {
    expect(readFields([answer('E-mail', 'typed@customer.example')], 'google@customer.example').email).toBe(
      'google@customer.example',
    );
    expect(readFields([answer('E-mail', 'typed@customer.example')], null).email).toBe('typed@customer.example');
  });

  it('finds the one address wherever it was typed, and none when there are two', () => {
    expect(readFields([answer('How can we reach you?', 'ana@customer.example')], null).email).toBe(
      'ana@customer.example',
    );
    expect(
      readFields([answer('A', 'ana@customer.example'), answer('B', 'eino@customer.example')], null).email,
    ).toBeNull();
  });

  it('reads questions it does not know along with the message', () => {
    const fields = readFields([answer('What is it about?', 'order 1001'), answer('Anything else?', 'thanks')], null);
    expect(fields.message).toBe('thanks\norder 1001');
  });

  it('joins the choices of a checkbox', () => {
    expect(readFields([answer('Reason', 'too late', 'too dear')], null).reason).toBe('too late, too dear');
  });
});

describe('the language of a form', () => {
  const form = (...titles: string[]) => titles.map((question) => ({ questionId: null, question, values: ['x'] }));

  it.each([
    ['fi', ['Tilausnumero', 'Sähköpostiosoite', 'Miksi haluat peruuttaa?']],
    ['sv', ['Beställningsnummer', 'E-post', 'Varför vill du avbeställa?']],
    ['de', ['Bestellnummer', 'Ihre E-Mail', 'Grund der Stornierung']],
    ['fr', ['Numéro de commande', 'Votre courriel', 'Motif de l’annulation']],
    ['es', ['Número de pedido', 'Correo electrónico', '¿Por qué quieres cancelar?']],
    ['en', ['Order number', 'Your name', 'Why do you want to cancel?']],
    [null, ['Email', 'Telefon']],
    [null, []],
  ])('%s: %j', (language, titles) => {
    expect(languageOfForm(form(...titles))).toBe(language);
  });

  it('is not told by what the customer wrote', () => {
    expect(
      languageOfForm([{ questionId: null, question: 'Order number', values: ['tilaus 1001, sähköposti ana@x.fi'] }]),
    ).toBe('en');
  });
});
