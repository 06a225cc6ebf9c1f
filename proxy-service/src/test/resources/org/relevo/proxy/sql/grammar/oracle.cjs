// What PostgreSQL's own parser says of statements: node oracle.cjs PACKAGE-FOLDER
// In: length (4 bytes, big-endian) and bytes of each. Out: a line for each, empty when it is
// accepted, else the error's message; "?" when the oracle itself fails.
const fs = require('fs');
const load = require(process.argv[2] + '/wasm/libpg-query.js');

function parse(module, statement) {
  const text = module._malloc(statement.length + 1);
  module.HEAPU8.set(statement, text);
  module.HEAPU8[text + statement.length] = 0;
  const result = module._wasm_parse_query_raw(text);
  const error = module.getValue(result + 8, 'i32');
  const message = error ? module.UTF8ToString(module.getValue(error, 'i32')) || 'error' : '';
  module._wasm_free_parse_result(result);
  module._free(text);
  return message.replace(/\s+/g, ' ');
}

(async () => {
  let module = await load();
  const input = fs.readFileSync(0);
  const lines = [];
  for (let at = 0; at < input.length; ) {
    const length = input.readUInt32BE(at);
    const statement = input.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    try {
      lines.push(parse(module, statement));
    } catch (e) {
      lines.push('?');
      module = await load();
    }
  }
  fs.writeSync(1, lines.map((line) => line + '\n').join(''));
})();
