package org.relevo.proxy.auth.hba;

/// A word of a file. Quoted words are never keywords.
record HbaToken(String text, boolean quoted) {
  boolean is(String keyword) {
    return !quoted && text.equals(keyword);
  }

  boolean startsKeyword(char mark) {
    return !quoted && text.length() > 1 && text.charAt(0) == mark;
  }
}
