package org.relevo.jmx.benchmark.script;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/// A value as pgbench's expressions know them.
public sealed interface Value {
  /// SQL's null.
  enum Null implements Value {
    IT
  }

  record Bool(boolean value) implements Value {
    static final Value TRUE = new Bool(true);
    static final Value FALSE = new Bool(false);
  }

  record Int(long value) implements Value {}

  record Real(double value) implements Value {}

  /// What came from outside, such as a column; it gets a type when an expression uses it.
  record Text(String value) implements Value {}

  static Value of(boolean value) {
    return value ? Bool.TRUE : Bool.FALSE;
  }

  /// As it stands in a statement.
  default String text() {
    return switch (this) {
      case Null _ -> "NULL";
      case Bool bool -> Boolean.toString(bool.value());
      case Int number -> Long.toString(number.value());
      case Real number -> real(number.value());
      case Text text -> text.value();
    };
  }

  /// @return one that is no text
  default Value typed() {
    return this instanceof Text(String value) ? parse(value) : this;
  }

  default long asInt() {
    return switch (typed()) {
      case Int number -> number.value();
      case Real(double value) -> {
        double whole = Math.rint(value);
        if (Double.isNaN(whole) || whole < -0x1p63 || whole >= 0x1p63) {
          throw new ScriptException("double to int overflow for " + real(value));
        }
        yield (long) whole;
      }
      case Null _ -> throw new ScriptException("cannot coerce null to int");
      case Bool _ -> throw new ScriptException("cannot coerce boolean to int");
      case Text text -> throw new ScriptException("malformed value: \"" + text.value() + "\"");
    };
  }

  default double asReal() {
    return switch (typed()) {
      case Int number -> number.value();
      case Real number -> number.value();
      case Null _ -> throw new ScriptException("cannot coerce null to double");
      case Bool _ -> throw new ScriptException("cannot coerce boolean to double");
      case Text text -> throw new ScriptException("malformed value: \"" + text.value() + "\"");
    };
  }

  default boolean asBool() {
    if (typed() instanceof Bool bool) {
      return bool.value();
    }
    throw new ScriptException("cannot coerce " + text() + " to boolean");
  }

  /// As a condition: null is false, and so is zero.
  default boolean truth() {
    return switch (typed()) {
      case Null _ -> false;
      case Bool bool -> bool.value();
      case Int number -> number.value() != 0;
      case Real number -> number.value() != 0;
      case Text text -> throw new ScriptException("malformed value: \"" + text.value() + "\"");
    };
  }

  private static Value parse(String text) {
    String word = text.strip().toLowerCase(Locale.ROOT);
    if (word.isEmpty() || word.equals("null")) {
      return word.isEmpty() ? malformed(text) : Null.IT;
    }
    if ("true".startsWith(word) || "yes".startsWith(word) || word.equals("on")) {
      return Bool.TRUE;
    }
    if ("false".startsWith(word)
        || "no".startsWith(word)
        || word.equals("off")
        || word.equals("of")) {
      return Bool.FALSE;
    }
    try {
      if (word.matches("[-+]?\\d+")) {
        return new Int(Long.parseLong(word));
      }
      return new Real(Double.parseDouble(word));
    } catch (NumberFormatException _) {
      return malformed(text);
    }
  }

  private static Value malformed(String text) {
    throw new ScriptException("malformed variable value: \"" + text + "\"");
  }

  /// C's `%.15g`.
  private static String real(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(15, RoundingMode.HALF_EVEN));
    BigDecimal plain = rounded.stripTrailingZeros();
    int exponent = plain.precision() - plain.scale() - 1;
    if (exponent >= -4 && exponent < 15) {
      return plain.toPlainString();
    }
    String digits = plain.unscaledValue().abs().toString();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e-" : "e+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }
}
