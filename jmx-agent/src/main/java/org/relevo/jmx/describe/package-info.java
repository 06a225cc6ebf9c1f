/// What MBeans say about themselves: descriptions, units, roles and names of parameters, as
/// consoles show them.
///
/// Owner: none, everything is immutable. The texts are the documentation comments of the contract,
/// written to `contract.table` by a test that fails when they differ. May import contract and JDK
/// types only. Start reading at [Described].
@NullMarked
package org.relevo.jmx.describe;

import org.jspecify.annotations.NullMarked;
