const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type { Html };

/** Template tag: everything put in is escaped, unless it is HTML already. */
export function html(parts: TemplateStringsArray, ...values: unknown[]): Html {
  return new Html(parts.reduce((text, part, i) => text + put(values[i - 1]) + part));
}

function put(value: unknown): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(put).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
}

const STYLE = `
:root{color-scheme:light dark;--paper:#eef0f4;--card:#fff;--ink:#1c2026;--soft:#5a6472;--line:#d5d9e0;--accent:#673ab7}
@media(prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1f2228;--ink:#eceef2;--soft:#a9b1bd;--line:#3a3f48;--accent:#b79bf0}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
.demo{margin:0;padding:.4rem 1rem;background:#ffd54d;color:#2b2100;text-align:center;font-size:.9rem}
nav{display:flex;gap:1rem;justify-content:center;padding:.6rem 1rem;border-bottom:1px solid var(--line);background:var(--card)}
a{color:var(--accent)}main{max-width:46rem;margin:0 auto;padding:1rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:1rem;margin:0 0 .8rem}
.card.top{border-top:8px solid var(--accent)}h1{font-size:1.5rem;margin:.2rem 0 .6rem}
label,legend{display:block;font-weight:600;margin-bottom:.3rem}fieldset{border:0;padding:0;margin:0}
fieldset label{font-weight:400;margin:.2rem 0}
input[type=text],input[type=email],textarea{width:100%;padding:.5rem;border:1px solid var(--soft);border-radius:4px;background:var(--card);color:inherit;font:inherit}
button{padding:.6rem 1.4rem;border:0;border-radius:4px;background:var(--accent);color:var(--card);font:inherit;font-weight:600}
.scroll{overflow-x:auto}table{width:100%;border-collapse:collapse;font-size:.92rem}th,td{text-align:left;padding:.4rem .5rem;border-bottom:1px solid var(--line);white-space:nowrap}
.mails{list-style:none;padding:0 1rem}.mails li{display:flex;flex-wrap:wrap;gap:0 1rem;justify-content:space-between;padding:.6rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
.mails li:last-child{border:0}.mails a{flex:1 0 100%}
.soft{color:var(--soft)}.badge{border-radius:9px;padding:.1rem .5rem;background:var(--line)}.badge.gone{background:#b3261e;color:#fff}
iframe{width:100%;height:46rem;border:1px solid var(--line);border-radius:6px;background:#fff}pre{white-space:pre-wrap;overflow-wrap:anywhere}
`;

export function demoPage(title: string, body: Html): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – demo</title><style>${new Html(STYLE)}</style></head><body>
<p class="demo">Demo: the form, the shop, the mails and the money are all make-believe.</p>
<nav><a href="/form">Form</a><a href="/inbox">Inbox</a><a href="/admin">Shop admin</a><a href="/previews">All mails</a></nav><main>${body}</main></body></html>`
    .text;
}
