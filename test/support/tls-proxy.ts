/** What stands before the pages in production: takes https, and hands on http. The certificate is made by openssl. */
import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface TlsProxy {
  readonly origin: string;
  /** Where the pages are. */
  target: string;
  close(): Promise<void>;
}

/** null: there is no openssl on this machine. */
export async function startTlsProxy(): Promise<TlsProxy | null> {
  const args = 'req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -keyout - -out -'.split(' ');
  const { status, stdout: pem } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) return null;
  const server = createServer({ key: pem, cert: pem }, (req, res) => {
    const { method, headers, url } = req;
    const onward = request(self.target + url, { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: TlsProxy = {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}
