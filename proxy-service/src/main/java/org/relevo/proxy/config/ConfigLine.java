package org.relevo.proxy.config;

import java.nio.file.Path;

/// One assignment as written.
///
/// @param scope the section it stands in
/// @param key in lower case
/// @param value without its quotes
record ConfigLine(Path file, int line, PoolScope scope, String key, String value) {
  String place() {
    return file + ":" + line;
  }
}
