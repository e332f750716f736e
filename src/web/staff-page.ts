/** /staff: who may do what, for those who operate. */
import express, { type RequestHandler, type Response, type Router } from 'express';
import { readEmailAddress } from '../domain/email-address.ts';
import { dayAt, endOfDay } from '../domain/policy/calendar.ts';
import { isAway, isStaffRole, mayDecide, STAFF_ROLES } from '../domain/staff.ts';
import type { Desk } from '../steps/desk.ts';
import type { Session } from '../steps/sessions.ts';
import { addMember, changeMember } from '../steps/staff-list.ts';
import { textsOf } from './form-texts.ts';
import { PageError } from './same-origin.ts';
import { checkFormKey, frameOf, staffOnly } from './session-cookie.ts';

type Values = Record<string, string>;

export function staffPage(desk: Desk): Router {
  const router = express.Router();
  router.use('/staff', staffOnly(desk), operatorsOnly);

  router.get('/staff', async (_req, res) => {
    await show(desk, res, 200, null, '');
  });

  router.post('/staff', express.urlencoded({ extended: false, limit: '8kb' }), async (req, res) => {
    const session = res.locals.session as Session;
    const values = textsOf(req.body);
    checkFormKey(session, values.form_key);
    const email = readEmailAddress(values.email ?? null);
    const error = email ? await carryOut(desk, session.person, email, values) : 'address_missing';
    // Sent again by a reload, it would be the same change once more; still, a GET is what a reload should be.
    if (!error) return res.redirect(303, `${desk.baseUrl}/staff`);
    await show(desk, res, 422, error, values.email ?? '');
  });
  return router;
}

/** null: done; else locale key `error.CODE`. */
async function carryOut(desk: Desk, by: string, email: string, values: Values): Promise<string | null> {
  const role = values.role ?? '';
  switch (values.do ?? '') {
    case 'add':
      if (!isStaffRole(role)) return 'choose_one';
      // Whoever is on it is changed there, where it is seen to that somebody is left to keep the list.
      if ((await desk.store.records.staff.get(email))?.active) return 'in_staff';
      await addMember(desk, by, email, role);
      return null;
    case 'save': {
      if (!isStaffRole(role)) return 'choose_one';
      const awayUntil = values.away_until ? endOfDay(values.away_until, desk.timeZone) : null;
      if (values.away_until && awayUntil === null) return 'day_is_past';
      const standIn = awayUntil === null ? null : values.stand_in || null;
      return changeMember(desk, by, email, { role, awayUntil, standIn }, { onlyIfSafe: true });
    }
    case 'remove':
      if (values.sure !== 'yes') return 'choose_reassess';
      return changeMember(desk, by, email, { active: false }, { onlyIfSafe: true });
    default:
      return 'choose_one';
  }
}

async function show(desk: Desk, res: Response, status: number, error: string | null, about: string): Promise<void> {
  const now = desk.now();
  const list = (await desk.store.records.staff.list()).filter(({ active }) => active);
  const members = list.map((member) => ({
    ...member,
    awayDay: member.awayUntil !== null && isAway(member, now) ? dayAt(member.awayUntil - 1, desk.timeZone) : '',
    standIns: list.filter((one) => one.email !== member.email && mayDecide(one)).map(({ email }) => email),
    error: about === member.email ? error : null,
  }));
  const isAboutMember = members.some((member) => member.error !== null);
  const context = {
    ...(await frameOf(desk, res.locals.session as Session)),
    members,
    today: dayAt(now, desk.timeZone),
    roles: STAFF_ROLES,
    error: isAboutMember ? null : error,
    about: isAboutMember ? '' : about,
  };
  res.status(status).send(desk.renderer.page('staff', desk.defaultLocale, context));
}

const operatorsOnly: RequestHandler = (_req, res, next) => {
  next((res.locals.session as Session).mayOperate ? undefined : new PageError(403, 'may_not_operate'));
};
