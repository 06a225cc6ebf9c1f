/// Reads `relevo.conf` (pgpool.conf syntax) into [org.relevo.proxy.config.ProxyConfig].
///
/// The settings are data: `settings.table` holds name, type, unit, default and bounds of each,
/// `ignored.table` the pgpool-II directives that are accepted without effect. The reference page
/// and the sample file are checked against them.
///
/// Owner: none, all immutable. May import core, plain records of pool, and the JDK; imported by the
/// wiring and by whatever is given a part of the configuration. Start reading at
/// [org.relevo.proxy.config.ProxyConfig]. Limits: files of 1 MB, includes 10 deep, 1000 files and
/// 10000 settings in all. A reload is [org.relevo.proxy.config.Reload].
@NullMarked
package org.relevo.proxy.config;

import org.jspecify.annotations.NullMarked;
