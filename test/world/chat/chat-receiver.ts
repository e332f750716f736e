/** A chat's incoming webhook: keeps what it was sent, word for word. */
import express, { type Router } from 'express';

export interface ChatPost {
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

export interface ChatReceiver {
  readonly router: Router;
  /** Taken with a yes. */
  readonly posts: readonly ChatPost[];
  /** Answers of the next calls instead, one each. */
  readonly answers: number[];
}

export function createChatReceiver(): ChatReceiver {
  const posts: ChatPost[] = [];
  const answers: number[] = [];
  const router = express.Router();
  router.post('/chat', express.text({ type: '*/*' }), (req, res) => {
    const answer = answers.shift() ?? 200;
    if (answer === 200) posts.push({ headers: req.headers, body: String(req.body) });
    if (answer >= 300 && answer < 400) res.set('Location', '/chat');
    res.status(answer).send('ok');
  });
  return { router, posts, answers };
}
