// Facts of statements from libpg_query's syntax tree, to compare the classifier with.
//   node facts.cjs PACKAGE_FOLDER < texts, one a line in base64 > facts, one line each
// "-": PostgreSQL refuses the text. Otherwise its statements, separated by " ; ", each
//   KIND read|write name=.. reads=a.b,c writes=.. calls=f/2,g/* ops=.. types=.. attributes=..
//   set=.. mode=..
const fs = require('fs');

const WRITES = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];
const BUILT_IN = new Set(
  `!! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->> -|- /
   < <-> << <<= <<| <= <> <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@
   | |&> |/ |>> || ||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*`.split(/\s+/));
const VALUES = {
  CURRENT_DATE: 'now', CURRENT_TIME: 'now', CURRENT_TIME_N: 'now', CURRENT_TIMESTAMP: 'now',
  CURRENT_TIMESTAMP_N: 'now', LOCALTIME: 'now', LOCALTIME_N: 'now', LOCALTIMESTAMP: 'now',
  LOCALTIMESTAMP_N: 'now', CURRENT_ROLE: 'current_user', CURRENT_USER: 'current_user',
  USER: 'current_user', SESSION_USER: 'session_user', CURRENT_CATALOG: 'current_database',
  CURRENT_SCHEMA: 'current_schema'};
// Made by the grammar without being written.
const MADE = new Set(['pg_catalog.like_escape', 'pg_catalog.similar_to_escape',
  'pg_catalog.similar_escape', 'pg_catalog.json_object']);
const LOCKS = ['', 'ACCESS SHARE', 'ROW SHARE', 'ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE',
  'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'];
const MAINTENANCE = new Set(['VacuumStmt', 'ClusterStmt', 'ReindexStmt', 'CheckPointStmt',
  'LoadStmt']);

const TYPES = new Set(
  `aclitem bit bool box bpchar bytea char cid cidr circle date daterange float4 float8 inet int2
   int2vector int4 int4range int8 int8range interval json jsonb jsonpath line lseg macaddr macaddr8
   money name numeric numrange oid oidvector path pg_lsn pg_snapshot point polygon record refcursor
   regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc
   regprocedure regrole regtype text tid time timestamp timestamptz timetz tsquery tsrange tstzrange
   tsvector txid_snapshot unknown uuid varbit varchar void xid xid8 xml`.split(/\s+/));

const word = s => s.replace(/[^!-~]|[%,;]/gu, c => '%' + c.codePointAt(0).toString(16) + '.');
const strings = list => (list || []).map(x => x.String.sval ?? x.String.str);
const names = list => [...new Set(list)].map(word).sort().join(',');

const LISTS = ['reads', 'writes', 'calls', 'ops', 'types', 'attributes'];

class Facts {
  constructor() {
    for (const list of LISTS) this[list] = [];
    this.writing = false; this.locking = false;
  }

  relation(r, known, written) {
    const name = (r.schemaname ? r.schemaname + '.' : '') + r.relname;
    if (written) this.writes.push(name);
    else if (r.schemaname || !known.has(r.relname)) this.reads.push(name);
  }

  call(f) {
    const name = strings(f.funcname).slice(-2).join('.');
    const written = f.funcformat !== 'COERCE_SQL_SYNTAX' || name === 'pg_catalog.system_user';
    if (written && !MADE.has(name)) {
      this.calls.push(name + '/' + (f.agg_star ? '*' : (f.args || []).length));
    }
  }

  op(list) {
    const parts = strings(list).slice(-2);
    if (!BUILT_IN.has(parts.at(-1)) || (parts.length > 1 && parts[0] !== 'pg_catalog')) {
      this.ops.push(parts.join('.'));
    }
  }

  type(list) {
    const parts = strings(list).slice(-2);
    const catalog = parts.length < 2 || parts[0] === 'pg_catalog';
    if (!catalog || !TYPES.has(parts.at(-1))) this.types.push(parts.join('.'));
  }

  attribute(list) {
    for (const x of list || []) if (x.String) this.attributes.push(...strings([x]));
  }

  walk(node, known) {
    if (Array.isArray(node)) { node.forEach(x => this.walk(x, known)); return; }
    if (!node || typeof node !== 'object') return;
    if (node.relname !== undefined && node.relpersistence) { this.relation(node, known); return; }
    if (node.names && node.typemod !== undefined) this.type(node.names);
    if (node.indirection) this.attribute(node.indirection);
    let scope = known;
    if (node.withClause) {
      const all = new Set(known);
      const queries = node.withClause.ctes.map(x => x.CommonTableExpr);
      if (node.withClause.recursive) queries.forEach(q => all.add(q.ctename));
      for (const q of queries) {
        if (!q.ctequery.SelectStmt) this.writing = true;
        this.walk(q, new Set(all));
        all.add(q.ctename);
      }
      scope = all;
    }
    for (const [key, value] of Object.entries(node)) {
      if (key === 'withClause') continue;
      else if (WRITES.includes(key) && value.relation) {
        this.writing = true;
        this.relation(value.relation, scope, true);
        const {relation, ...rest} = value;
        this.walk(rest, scope);
      } else if (key === 'intoClause') {
        this.writing = true;
        this.relation(value.rel, scope, true);
      } else if (key === 'lockingClause') {
        this.writing = this.locking = true;
      } else if (key === 'FuncCall' || ((key === 'func' || key === 'funccall') && value.funcname)) {
        this.call(value);
        this.walk(value, scope);
      } else if (key === 'SQLValueFunction') {
        const what = VALUES[value.op.replace('SVFOP_', '')];
        this.calls.push('pg_catalog.' + what + '/0');
      } else {
        if (key === 'A_Expr' && !value.kind.includes('BETWEEN')) this.op(value.name);
        if (key === 'ColumnRef') this.attribute(value.fields.slice(1));
        if (key === 'SubLink' && value.operName) this.op(value.operName);
        if (key === 'useOp' || key === 'opclassopts') this.op(value);
        this.walk(value, scope);
      }
    }
  }

  add(other) {
    for (const list of LISTS) this[list].push(...other[list]);
    this.writing ||= other.writing;
    this.locking ||= other.locking;
  }
}

function truth(option) {
  const arg = option.arg;
  if (!arg) return true;
  const value = Object.values(arg)[0];
  const text = String(value.ival ?? value.sval ?? value.str ?? value.boolval ?? 0).toLowerCase();
  return !['0', 'false', 'off'].includes(text);
}

function transaction(t) {
  const kind = t.kind.replace('TRANS_STMT_', '');
  const map = {START: 'BEGIN', PREPARE: 'PREPARE_TRANSACTION'};
  return map[kind] || kind;
}

function statement(node) {
  const [type, s] = Object.entries(node)[0];
  const f = new Facts();
  let kind = 'DDL', read = false, name = '', set = '', mode = '', full = false;
  const walkAll = () => { f.walk(node, new Set()); full = true; };
  const inner = query => { const x = statement(query); f.add(x.facts); full = true; return x; };
  switch (type) {
    case 'SelectStmt': walkAll(); kind = 'SELECT'; read = !f.writing; break;
    case 'InsertStmt': case 'UpdateStmt': case 'DeleteStmt': case 'MergeStmt':
      walkAll(); kind = type.replace('Stmt', '').toUpperCase(); break;
    case 'ExplainStmt': {
      kind = 'EXPLAIN';
      let analyzes = false;
      for (const o of s.options || []) {
        if (o.DefElem.defname === 'analyze') analyzes = truth(o.DefElem);
      }
      const x = inner(s.query);
      read = !analyzes || x.read;
      name = x.name;
      if (!analyzes) {
        f.reads.push(...f.writes, ...(f.locking ? f.reads : []));
        f.writes = []; f.locking = false;
        // Arguments of EXECUTE are computed to plan.
        const query = s.query.CreateTableAsStmt ? s.query.CreateTableAsStmt.query : s.query;
        if (!query.ExecuteStmt) f.calls = f.ops = f.types = f.attributes = [];
      }
      break;
    }
    case 'PrepareStmt': kind = 'PREPARE'; name = s.name; read = inner(s.query).read;
      f.walk(s.argtypes, new Set()); break;
    case 'DeclareCursorStmt':
      kind = 'DECLARE'; name = s.portalname; read = inner(s.query).read; break;
    case 'CopyStmt': {
      kind = s.is_from ? 'COPY_FROM' : s.filename ? 'COPY_TO_SERVER' : 'COPY_TO';
      read = kind === 'COPY_TO';
      if (s.query) read = inner(s.query).read && read;
      else { f.relation(s.relation, new Set(), s.is_from); f.walk(s.whereClause, new Set()); }
      full = true;
      break;
    }
    case 'CreateTableAsStmt': {
      f.relation(s.into.rel, new Set(), true);
      if (s.query.ExecuteStmt) { f.walk(s.query, new Set()); full = true; } else inner(s.query);
      break;
    }
    case 'ViewStmt':
      f.relation(s.view, new Set(), true); f.walk(s.query, new Set()); full = true; break;
    case 'TruncateStmt':
      kind = 'TRUNCATE';
      s.relations.forEach(r => f.relation(r.RangeVar, new Set(), true)); full = true; break;
    case 'LockStmt':
      kind = 'LOCK'; mode = LOCKS[s.mode]; read = s.mode <= 2;
      s.relations.forEach(r => f.relation(r.RangeVar, new Set(), true)); full = true; break;
    case 'TransactionStmt': {
      kind = transaction(s);
      name = s.savepoint_name || s.gid || '';
      read = !kind.includes('PREPARE');
      break;
    }
    case 'VariableSetStmt': {
      const modes = s.kind === 'VAR_SET_MULTI';
      kind = s.kind.startsWith('VAR_RESET') ? 'RESET' : modes ? 'SET_TRANSACTION' : 'SET';
      if (!modes && s.kind !== 'VAR_SET_CURRENT') {
        set = s.kind === 'VAR_RESET_ALL' ? 'all' : s.name.toLowerCase();
      }
      read = true;
      break;
    }
    case 'VariableShowStmt': kind = 'SHOW'; name = s.name.toLowerCase(); read = true; break;
    case 'ConstraintsSetStmt': kind = 'SET_CONSTRAINTS'; read = true; break;
    case 'ExecuteStmt': kind = 'EXECUTE'; name = s.name; walkAll(); break;
    case 'DeallocateStmt':
      kind = s.name ? 'DEALLOCATE' : 'DEALLOCATE_ALL'; name = s.name || ''; read = true; break;
    case 'FetchStmt': kind = 'FETCH'; name = s.portalname; read = true; break;
    case 'ClosePortalStmt': kind = 'CLOSE'; name = s.portalname || ''; read = true; break;
    case 'ListenStmt': kind = 'LISTEN'; name = s.conditionname; break;
    case 'NotifyStmt': kind = 'NOTIFY'; name = s.conditionname; break;
    case 'UnlistenStmt': kind = 'UNLISTEN'; name = s.conditionname || ''; read = true; break;
    case 'DiscardStmt':
      kind = 'DISCARD'; read = true; name = s.target.replace('DISCARD_', '').toLowerCase();
      set = name === 'all' ? 'all' : ''; break;
    case 'RefreshMatViewStmt': kind = 'MAINTENANCE'; f.relation(s.relation, new Set(), true); break;
    case 'CallStmt': kind = 'CALL'; walkAll(); break;
    case 'DoStmt': kind = 'DO'; break;
    default: if (MAINTENANCE.has(type)) kind = 'MAINTENANCE';
  }
  if (f.locking) f.writes.push(...f.reads);
  return {kind, read, name, set, mode, facts: f, full};
}

function line(x) {
  const head = [x.kind, x.read ? 'read' : 'write', 'name=' + word(x.name)];
  const f = x.facts;
  const lists = x.full
    ? LISTS.map(list => list + '=' + names(f[list]))
    : [];
  return [...head, ...lists, 'set=' + word(x.set), 'mode=' + word(x.mode)].join(' ');
}

(async () => {
  const lib = await require(process.argv[2] + '/wasm/libpg-query.js')();
  const out = [];
  for (const row of fs.readFileSync(0, 'latin1').split('\n')) {
    if (row === '.') break;
    const text = Buffer.from(row, 'base64');
    const at = lib._malloc(text.length + 1);
    lib.HEAPU8.set(text, at);
    lib.HEAPU8[at + text.length] = 0;
    const result = lib._wasm_parse_query_raw(at);
    const error = lib.getValue(result + 8, 'i32');
    if (error) out.push('-');
    else {
      const tree = JSON.parse(lib.UTF8ToString(lib.getValue(result, 'i32')));
      out.push((tree.stmts || []).map(s => line(statement(s.stmt))).join(' ; ') || 'EMPTY');
    }
    lib._wasm_free_parse_result(result);
    lib._free(at);
  }
  fs.writeSync(1, '');
  process.stdout.write(out.join('\n') + '\n');
})().catch(e => { console.error(e); process.exit(1); });
