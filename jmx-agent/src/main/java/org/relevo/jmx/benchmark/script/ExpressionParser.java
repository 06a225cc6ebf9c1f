package org.relevo.jmx.benchmark.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads one of pgbench's expressions, by precedence: OR, AND, NOT, IS, comparison, bits, sum,
/// product, sign.
///
/// Owner: the caller's thread.
final class ExpressionParser {
  private static final Pattern REAL =
      Pattern.compile("(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?");
  private static final Pattern WHOLE = Pattern.compile("\\d+");
  private static final Pattern VARIABLE = Pattern.compile(":([A-Za-z0-9_\\x80-\\uffff]+)");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_\\x80-\\uffff][A-Za-z0-9_]*");
  private static final Pattern SIGN = Pattern.compile("<=|>=|<>|!=|<<|>>|[-+*/%<>=|#&~(),]");
  private static final Set<String> KEYWORDS =
      Set.of(
          "and", "or", "not", "is", "isnull", "notnull", "null", "true", "false", "case", "when",
          "then", "else", "end");
  private static final int DEEPEST = 200;

  /// A long sum is worked out as deep as it is long.
  private static final int MOST_SIGNS = 1000;

  private final String text;
  private final int end;
  private int at;
  private int depth;
  private int signs;

  /// What comes next: an operator or a word in small letters; `""` for anything else.
  private String next = "";

  private int nextEnd;

  private ExpressionParser(String text, int from, int end) {
    this.text = text;
    this.at = from;
    this.end = end;
    look();
  }

  /// @throws ScriptException when it is none
  static Expression parse(String text, int from, int end) {
    ExpressionParser parser = new ExpressionParser(text, from, end);
    Expression all = parser.or();
    if (parser.at < end) {
      throw parser.wrong("unexpected \"" + text.substring(parser.at, end).strip() + "\"");
    }
    return all;
  }

  private Expression or() {
    return nested(this::alternatives);
  }

  private Expression nested(Supplier<Expression> part) {
    if (++depth > DEEPEST) {
      throw wrong("nested too deeply");
    }
    Expression inner = part.get();
    depth--;
    return inner;
  }

  private Expression alternatives() {
    Expression left = and();
    while (take("or")) {
      Expression first = left;
      Expression second = and();
      left = scope -> either(first, second, scope);
    }
    return left;
  }

  private static Value either(Expression first, Expression second, Scope scope) {
    Value left = first.value(scope);
    // Unlike SQL, pgbench does not look further behind a null.
    return left instanceof Value.Null || left.asBool() ? left : flag(second.value(scope));
  }

  private static Value flag(Value value) {
    return value instanceof Value.Null ? value : Value.of(value.asBool());
  }

  private Expression and() {
    Expression left = not();
    while (take("and")) {
      Expression first = left;
      Expression second = not();
      left = scope -> both(first, second, scope);
    }
    return left;
  }

  private static Value both(Expression first, Expression second, Scope scope) {
    Value left = first.value(scope);
    return left instanceof Value.Null || !left.asBool() ? left : flag(second.value(scope));
  }

  private Expression not() {
    if (take("not")) {
      return Functions.call("not", List.of(nested(this::not)));
    }
    return is();
  }

  private Expression is() {
    Expression value = comparison();
    while (true) {
      if (take("isnull")) {
        value = Functions.call("is", List.of(value, _ -> Value.Null.IT));
      } else if (take("notnull")) {
        value = negated(Functions.call("is", List.of(value, _ -> Value.Null.IT)));
      } else if (take("is")) {
        boolean not = take("not");
        Value constant = constant();
        Expression test = Functions.call("is", List.of(value, _ -> constant));
        value = not ? negated(test) : test;
      } else {
        return value;
      }
    }
  }

  private static Expression negated(Expression test) {
    return Functions.call("not", List.of(test));
  }

  private Value constant() {
    if (take("null")) {
      return Value.Null.IT;
    }
    if (take("true")) {
      return Value.Bool.TRUE;
    }
    if (take("false")) {
      return Value.Bool.FALSE;
    }
    throw wrong("NULL, TRUE or FALSE must follow IS");
  }

  private Expression comparison() {
    Expression left = bits();
    if (Set.of("<", ">", "=", "<=", ">=", "<>", "!=").contains(next)) {
      String operator = next.equals("!=") ? "<>" : next;
      take(next);
      return Functions.call(operator, List.of(left, bits()));
    }
    return left;
  }

  private Expression bits() {
    return chain(Set.of("|", "#", "&", "<<", ">>"), this::sum);
  }

  private Expression sum() {
    return chain(Set.of("+", "-"), this::product);
  }

  private Expression product() {
    return chain(Set.of("*", "/", "%"), this::signed);
  }

  private Expression chain(Set<String> operators, Supplier<Expression> part) {
    Expression left = part.get();
    while (operators.contains(next)) {
      String operator = next;
      take(operator);
      left = Functions.call(operator, List.of(left, part.get()));
    }
    return left;
  }

  private Expression signed() {
    if (take("-")) {
      if (matcher(WHOLE).lookingAt() && text.startsWith("9223372036854775808", at)) {
        at += "9223372036854775808".length();
        look();
        return _ -> new Value.Int(Long.MIN_VALUE);
      }
      return Functions.call("-", List.of(_ -> new Value.Int(0), nested(this::signed)));
    }
    if (take("+")) {
      return nested(this::signed);
    }
    if (take("~")) {
      // Weaker than + and -: what follows is a whole sum.
      return Functions.call("#", List.of(_ -> new Value.Int(-1), nested(this::sum)));
    }
    return primary();
  }

  private Expression primary() {
    if (take("(")) {
      Expression inner = or();
      expect(")");
      return inner;
    }
    if (take("case")) {
      return choice();
    }
    if (Set.of("null", "true", "false").contains(next)) {
      Value constant = constant();
      return _ -> constant;
    }
    Matcher variable = matcher(VARIABLE);
    if (variable.lookingAt()) {
      String name = variable.group(1);
      at = variable.end();
      look();
      return scope -> scope.get(name);
    }
    Matcher number = matcher(REAL);
    if (number.lookingAt()) {
      Value constant = number(number.group());
      at = number.end();
      look();
      return _ -> constant;
    }
    if (!next.isEmpty()
        && Character.isJavaIdentifierStart(next.charAt(0))
        && !KEYWORDS.contains(next)) {
      return function();
    }
    throw wrong(at >= end ? "the expression is not complete" : "a value is missing here");
  }

  private Value number(String digits) {
    try {
      return WHOLE.matcher(digits).matches()
          ? new Value.Int(Long.parseLong(digits))
          : new Value.Real(Double.parseDouble(digits));
    } catch (NumberFormatException _) {
      throw wrong("bigint constant overflow: " + digits);
    }
  }

  private Expression choice() {
    List<Expression> conditions = new ArrayList<>();
    List<Expression> results = new ArrayList<>();
    while (take("when")) {
      conditions.add(or());
      expect("then");
      results.add(or());
    }
    if (conditions.isEmpty()) {
      throw wrong("WHEN must follow CASE");
    }
    Expression otherwise = take("else") ? or() : _ -> Value.Null.IT;
    expect("end");
    return scope -> {
      for (int i = 0; i < conditions.size(); i++) {
        if (conditions.get(i).value(scope).truth()) {
          return results.get(i).value(scope);
        }
      }
      return otherwise.value(scope);
    };
  }

  private Expression function() {
    int began = at;
    String name = next;
    take(name);
    expect("(");
    List<Expression> arguments = new ArrayList<>();
    if (!next.equals(")")) {
      do {
        arguments.add(or());
      } while (take(","));
    }
    expect(")");
    String arity = Functions.arity(name);
    if (arity == null) {
      throw ScriptException.at(text, began, "unexpected function name \"" + name + "\"");
    }
    if (!Functions.takes(name, arguments.size())) {
      throw ScriptException.at(
          text, began, name + " takes " + arity + " arguments, not " + arguments.size());
    }
    return Functions.call(name, arguments);
  }

  private boolean take(String wanted) {
    if (!next.equals(wanted)) {
      return false;
    }
    if (++signs > MOST_SIGNS) {
      throw wrong("more than " + MOST_SIGNS + " operators and signs");
    }
    at = nextEnd;
    look();
    return true;
  }

  private void expect(String wanted) {
    if (!take(wanted)) {
      throw wrong("\"" + wanted + "\" is missing here");
    }
  }

  private void look() {
    // No pattern: one with a choice within a repetition goes as deep as there are blanks.
    while (at < end && (Character.isWhitespace(text.charAt(at)) || continues())) {
      at++;
    }
    Matcher sign = matcher(SIGN);
    Matcher word = matcher(WORD);
    if (sign.lookingAt()) {
      next = sign.group();
      nextEnd = sign.end();
    } else if (word.lookingAt()) {
      next = word.group().toLowerCase(Locale.ROOT);
      nextEnd = word.end();
    } else {
      next = "";
    }
  }

  /// Whether a backslash is here that only ends the line.
  private boolean continues() {
    return text.charAt(at) == '\\'
        && (text.startsWith("\n", at + 1) || text.startsWith("\r\n", at + 1));
  }

  private Matcher matcher(Pattern pattern) {
    return pattern.matcher(text).region(at, end);
  }

  private ScriptException wrong(String message) {
    return ScriptException.at(text, at, message);
  }
}
