// Parses PowerShell scripts and names every place that the grammar does not understand.
// Usage: node lint.mjs [script.ps1 ...]     Ends with "N sound, N broken"; exit code 1 if one is broken.
// Before the scripts it reads a few broken ones of its own: a linter that cannot fail proves nothing.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Language, Parser } from 'web-tree-sitter';

const grammar = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(grammar));

/** The faults of a script, each with the line it is on. */
function faultsOf(text) {
  const faults = [];
  const visit = node => {
    if (node.isMissing) {
      faults.push({ line: node.startPosition.row + 1, column: node.startPosition.column + 1, what: `missing ${node.type}` });
    } else if (node.isError) {
      const first = node.text.split('\n')[0].trim();
      faults.push({ line: node.startPosition.row + 1, column: node.startPosition.column + 1, what: `not PowerShell: ${first.slice(0, 60)}` });
    }
    node.children.forEach(visit);
  };
  const tree = parser.parse(text);
  visit(tree.rootNode);
  tree.delete();
  return faults;
}

// What a slip of the hand breaks, and two things that PowerShell 5.1 does not know.
const broken = [
  ['unclosed block', 'param([int] $Rounds = 5)\nif ($Rounds -gt 1) {\n  Write-Output "many"\n'],
  ['unclosed parenthesis', 'param(\n  [int] $Rounds = 5\nWrite-Output $Rounds\n'],
  ['stray brace', 'Write-Output "a"\n}\n'],
  ['unclosed string', 'Write-Output "a\n'],
  ['PowerShell 7 coalescing', '$a = $b ?? 1\n'],
  ['PowerShell 7 ternary', '$a = $b ? 1 : 2\n'],
];
// The grammar takes an unquoted -- for the decrement operator, so the scripts quote what begins with it.
const sound = `[CmdletBinding()]
param(
  [ValidateRange(1, 100)] [int] $Rounds = 5
)
$ErrorActionPreference = 'Stop'
& dotnet run '--' run '--rounds' $Rounds
exit $LASTEXITCODE
`;

let passed = 0;
let failed = 0;
const check = (name, faults) => {
  if (faults.length === 0) {
    passed++;
    return;
  }
  failed++;
  faults.forEach(fault => console.log(`${name}:${fault.line}:${fault.column}: ${fault.what}`));
};

for (const [what, text] of broken) {
  check('lint.mjs', faultsOf(text).length > 0 ? [] : [{ line: 1, column: 1, what: `the linter accepts a script with ${what}` }]);
}
check('lint.mjs: a sound script', faultsOf(sound));
for (const path of process.argv.slice(2)) {
  check(path, faultsOf(readFileSync(path, 'utf8')));
}

console.log(`${passed} sound, ${failed} broken`);
process.exitCode = failed > 0 ? 1 : 0;
