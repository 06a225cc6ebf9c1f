package org.relevo.proxy.sql.grammar;

/// The codes that PostgreSQL's `base_yylex` (parser.c) gives to words that need a look at the next
/// token: NOT_LA, NULLS_LA, WITH_LA, and since version 16 FORMAT_LA and WITHOUT_LA. They follow the
/// last keyword in the grammar's list of tokens.
final class LookAhead {
  private static final int NONE = -9;

  private final int not;
  private final int nulls;
  private final int with;
  private final int without;
  private final int format;
  private final int between;
  private final int in;
  private final int like;
  private final int ilike;
  private final int similar;
  private final int first;
  private final int last;
  private final int time;
  private final int ordinality;
  private final int json;
  private final int notLa;
  final int uescape;
  final int nchar;

  LookAhead(Keywords keywords, int major) {
    not = keywords.code("not");
    nulls = keywords.code("nulls");
    with = keywords.code("with");
    between = keywords.code("between");
    in = keywords.code("in");
    like = keywords.code("like");
    ilike = keywords.code("ilike");
    similar = keywords.code("similar");
    first = keywords.code("first");
    last = keywords.code("last");
    time = keywords.code("time");
    ordinality = keywords.code("ordinality");
    uescape = keywords.code("uescape");
    nchar = keywords.code("nchar");
    boolean sixteen = major >= 16;
    without = sixteen ? keywords.code("without") : NONE;
    format = sixteen ? keywords.code("format") : NONE;
    json = sixteen ? keywords.code("json") : NONE;
    notLa = keywords.code("zone") + (sixteen ? 2 : 1);
  }

  /// @param next code of the next token, 0 at the end
  int code(int code, int next) {
    if (code == not) {
      boolean negates =
          next == between || next == in || next == like || next == ilike || next == similar;
      return negates ? notLa : code;
    }
    if (code == nulls) {
      return next == first || next == last ? notLa + 1 : code;
    }
    if (code == with) {
      return next == time || next == ordinality ? notLa + 2 : code;
    }
    if (code == without) {
      return next == time ? notLa + 3 : code;
    }
    if (code == format) {
      return next == json ? notLa - 1 : code;
    }
    return code;
  }
}
