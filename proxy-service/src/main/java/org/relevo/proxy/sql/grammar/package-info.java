/// PostgreSQL's own grammar: lexer, LALR tables of the versions 13 to 18, a parser without semantic
/// actions, and what is done with tokens alone (fingerprints, splicing).
///
/// The tables are made at build time (`src/grammar`). They are shared and immutable; a parser, its
/// tokens and its tree belong to one thread and are used again for each text. May import nothing of
/// the project. Imported by sql. Start reading at [SqlParser].
///
/// Limits: texts as long as the caller allows, trees of [SqlParser#MAX_NODES] nodes, nesting as
/// deep as PostgreSQL's own parser allows.
@NullMarked
package org.relevo.proxy.sql.grammar;

import org.jspecify.annotations.NullMarked;
