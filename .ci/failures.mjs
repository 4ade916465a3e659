// Names the tests that failed, the first of them with the beginning of what they said.
// Usage: node failures.mjs results.trx
import { readFileSync } from "node:fs";

const explained = 6;
const named = 40;
const linesEach = 10;
const columns = 300;

const plain = (text) => text.replace(/&#x([0-9a-fA-F]+);/g, (_, code) => String.fromCodePoint(parseInt(code, 16)))
  .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
  .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, "&");
const shown = (line) => `    ${line.slice(0, columns)}`;
const failed = [...readFileSync(process.argv[2], "utf8").matchAll(/<UnitTestResult\b([^>]*\boutcome="Failed"[^>]*)>([\s\S]*?)<\/UnitTestResult>/g)]
  .map(([, attributes, inner]) => ({
    name: plain(attributes.match(/\btestName="([^"]*)"/)?.[1] ?? ""),
    lines: plain(inner.match(/<Message>([\s\S]*?)<\/Message>/)?.[1] ?? "").trim().split(/\r?\n/),
    place: plain(inner.match(/<StackTrace>([\s\S]*?)<\/StackTrace>/)?.[1] ?? "").split(/\r?\n/).find((line) => line.includes(".cs:line")) ?? "",
  }));

failed.slice(0, named).forEach((test, i) => {
  console.log(`failed: ${test.name}`);
  if (i < explained) {
    test.lines.slice(0, linesEach).forEach((line) => console.log(shown(line)));
    console.log(shown(test.place.trim()));
  }
});
if (failed.length > named) {
  console.log(`and ${failed.length - named} more`);
}
