/// What a text means to routing: its statements, what each is, reads, writes, calls and changes, as
/// far as syntax tells. Everything not understood is a write.
///
/// How: the grammar's tree is walked once, by node number and without recursion, since a node
/// follows everything in it; which symbol stands for what is learned from short probe texts, as the
/// tables have no names. What hangs on a statement's own words (SET, BEGIN, FETCH …) is read from
/// its tokens, whose order the grammar has proven.
///
/// Owner: a [StatementClassifier] belongs to one event loop, or to one thread of the pool for long
/// texts; symbols are shared and immutable; so is what comes out. May import sql and sql.grammar.
/// Imported by session. Start reading at [StatementClassifier].
@NullMarked
package org.relevo.proxy.sql.classify;

import org.jspecify.annotations.NullMarked;
