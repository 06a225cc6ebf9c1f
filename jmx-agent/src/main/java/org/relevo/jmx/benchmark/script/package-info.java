/// pgbench's script language: text to commands, and the values that commands work with.
///
/// Owner: commands are immutable and shared by all clients; a
/// [org.relevo.jmx.benchmark.script.Scope] belongs to one client. Imports the JDK only. Start
/// reading at [org.relevo.jmx.benchmark.script.ScriptParser].
@NullMarked
package org.relevo.jmx.benchmark.script;

import org.jspecify.annotations.NullMarked;
