package org.relevo.proxy.config;

import java.nio.file.Path;

/// One assignment as written.
///
/// @param key in lower case
/// @param value without its quotes
record ConfigLine(Path file, int line, String key, String value) {
  String place() {
    return file + ":" + line;
  }
}
