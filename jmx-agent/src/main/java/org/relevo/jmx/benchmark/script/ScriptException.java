package org.relevo.jmx.benchmark.script;

/// A script that cannot be read, or an expression that cannot be worked out.
public final class ScriptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ScriptException(String message) {
    super(message, null, false, false);
  }

  /// @param offset where in the text, from 0 on
  static ScriptException at(String text, int offset, String message) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(offset, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      } else {
        column++;
      }
    }
    return new ScriptException("line " + line + ", column " + column + ": " + message);
  }
}
