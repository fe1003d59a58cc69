// Lengths of time as SCORM writes them, in seconds.

// Read one of either edition; null for what is none.
export function parse(text) {
  const span = /^(\d{2,4}):(\d{2}):(\d{2}(?:\.\d{1,2})?)$/.exec(text);
  if (span) return Number(span[1]) * 3600 + Number(span[2]) * 60 + Number(span[3]);
  const found = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(text);
  if (!found || text.length < 3) return null;
  const sizes = [31536000, 2592000, 86400, 3600, 60, 1];
  return sizes.reduce((sum, size, at) => sum + size * Number(found[at + 1] ?? 0), 0);
}

// Write one, to hundredths of a second.
export function write(seconds, edition) {
  const hundredths = Math.max(0, Math.round(seconds * 100));
  const whole = Math.floor(hundredths / 100);
  const rest = String(hundredths % 100).padStart(2, "0");
  if (edition === "2004") return `PT${whole}.${rest}S`;
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.min(9999, Math.floor(whole / 3600));
  return `${String(hours).padStart(4, "0")}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${rest}`;
}
