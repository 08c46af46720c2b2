const PLACE = /\{\{\s*([\w.]+)\s*\}\}/g;

/** The template with its places filled in. */
export function render(template, values) {
  return template.replace(PLACE, (_, name) => String(values[name] || ""));
}
