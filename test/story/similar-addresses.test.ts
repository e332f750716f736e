import { afterEach, describe, expect, it } from 'vitest';
import { similarAddresses } from '../../src/steps/similar-addresses.ts';
import { type DeskUnderTest, startDesk } from '../support/desk-under-test.ts';
import { storeKinds } from '../support/stores.ts';
import { storyOf } from '../support/story.ts';

describe.each(storeKinds())('addresses that look alike, on %s', (store) => {
  let desk: DeskUnderTest;
  afterEach(() => desk.close());

  it('are those with another tag, a typing slip or Gmail’s dots, and nobody else’s', async () => {
    desk = await startDesk({ store });
    const { respond } = storyOf(desk);
    for (const email of ['ana@customer.example', 'ana+shop@customer.example', 'anna@other.example', 'b.o@gmail.com']) {
      await respond('', email);
    }
    const like = (email: string) => similarAddresses(desk.service.desk, email);
    expect(await like('ana@customer.example')).toEqual(['ana+shop@customer.example']);
    expect(await like('ana+more@customer.example')).toEqual(['ana+shop@customer.example', 'ana@customer.example']);
    expect(await like('ana@custoner.example')).toEqual(['ana+shop@customer.example', 'ana@customer.example']);
    expect(await like('bo+x@gmail.com')).toEqual(['b.o@gmail.com']);
    expect(await like('eino@customer.example')).toEqual([]);
  });
});
