import type { ChartColours } from "../../ui/chart/palette.ts";

const inlined = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "font-size",
  "font-weight",
  "text-anchor",
  "opacity",
];
const lineHeight = 18;

/** A drawn chart as a file of its own: styles inlined, on the ground of the page, with its title and notes above. */
export function svgText(
  svg: SVGSVGElement,
  lines: readonly string[],
  { surface, ink }: ChartColours,
): string {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const drawn = [svg, ...svg.querySelectorAll<SVGElement>("*")];
  for (const [at, element] of [copy, ...copy.querySelectorAll<SVGElement>("*")].entries()) {
    const style = getComputedStyle(drawn[at]!);
    for (const property of inlined) element.style.setProperty(property, style.getPropertyValue(property));
  }
  const head = 14 + lineHeight * lines.length;
  copy.setAttribute("y", String(head));
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  const texts = lines.map(
    (line, at) =>
      `<text x="10" y="${lineHeight * (at + 1)}" font-size="${at === 0 ? 15 : 12}" font-weight="${at === 0 ? 600 : 400}" fill="${ink}">${escaped(line)}</text>`,
  );
  const size = `width="${width}" height="${height + head}" viewBox="0 0 ${width} ${height + head}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="system-ui, 'Noto Sans CJK SC', sans-serif"><rect width="100%" height="100%" fill="${surface}"/>${texts.join("")}${new XMLSerializer().serializeToString(copy)}</svg>`;
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const scale = 2;

/** The same as pixels, twice as fine as on the screen. */
export async function pngOf(text: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  const context = canvas.getContext("2d")!;
  context.scale(scale, scale);
  context.drawImage(image, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error("The picture could not be drawn."))),
      "image/png",
    );
  });
}
