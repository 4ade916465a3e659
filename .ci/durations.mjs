// Says how long tests took: the ten slowest, and those of some classes with their sum.
// Usage: node durations.mjs results.trx CLASS...
import { readFileSync } from "node:fs";

const [file, ...classes] = process.argv.slice(2);
const attribute = (element, name) => element.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? "";
const seconds = (duration) => duration.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
const tests = [...readFileSync(file, "utf8").matchAll(/<UnitTestResult\b[^>]*>/g)]
  .map(([element]) => ({ name: attribute(element, "testName"), seconds: seconds(attribute(element, "duration")) }))
  .sort((a, b) => b.seconds - a.seconds);
const show = (test) => console.log(`${test.seconds.toFixed(1).padStart(8)} s  ${test.name}`);

console.log("the slowest tests:");
tests.slice(0, 10).forEach(show);
const asked = tests.filter((test) => classes.some((name) => test.name.includes(`.${name}.`)));
console.log(`of ${classes.join(" and ")}:`);
asked.forEach(show);
console.log(`${Math.ceil(asked.reduce((sum, test) => sum + test.seconds, 0))} s in all`);
