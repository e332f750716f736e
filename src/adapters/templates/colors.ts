/** What can be read on what (WCAG 2.2): a shop's colour may be any, its pages must be legible all the same. */

/** "#1f5f4a" */
type Color = string;

/** 0 is black, 1 white. */
function luminanceOf(color: Color): number {
  const [red = 0, green = 0, blue = 0] = partsOf(color).map((byte) => {
    const part = byte / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 to 21; level AA wants 4.5 of text. */
export function contrast(one: Color, other: Color): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever can be read better on the colour. */
export function inkOn(color: Color): '#000000' | '#ffffff' {
  return luminanceOf(color) > 0.179 ? '#000000' : '#ffffff';
}

const READABLE = 4.5;
const STEPS = 50;

/** The colour itself where it can be read on all these papers; else the nearest shade of it that can, towards `end`. */
export function readableOn(
  papers: readonly Color[],
  color: Color,
  end: '#000000' | '#ffffff',
  least = READABLE,
): Color {
  for (let step = 0; step < STEPS; step += 1) {
    const shade = mix(color, end, step / STEPS);
    if (papers.every((paper) => contrast(shade, paper) >= least)) return shade;
  }
  return end;
}

function mix(from: Color, to: Color, share: number): Color {
  const ends = partsOf(to);
  const parts = partsOf(from).map((byte, i) => Math.round(byte + ((ends[i] ?? 0) - byte) * share));
  return `#${parts.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function partsOf(color: Color): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
}
