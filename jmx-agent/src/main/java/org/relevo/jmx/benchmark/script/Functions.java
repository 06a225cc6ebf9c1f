package org.relevo.jmx.benchmark.script;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/// pgbench's functions and operators by name.
final class Functions {
  private static final int ANY = -1;
  private static final double LOWEST_GAUSSIAN = 2.0;
  private static final double LOWEST_ZIPFIAN = 1.001;
  private static final double HIGHEST_ZIPFIAN = 1000.0;
  private static final String SEED = "default_seed";
  private static final Map<String, Function> ALL = new HashMap<>();

  private Functions() {}

  /// Arguments are never null, unless `nulls`.
  private interface Body {
    Value apply(Scope scope, Value[] given);
  }

  private record Function(int least, int most, boolean nulls, Body body) {}

  private interface IntOperator {
    long apply(long left, long right);
  }

  private interface RealOperator {
    double apply(double left, double right);
  }

  static {
    arithmetic("+", Math::addExact, Double::sum);
    arithmetic("-", Math::subtractExact, (a, b) -> a - b);
    arithmetic("*", Math::multiplyExact, (a, b) -> a * b);
    arithmetic("/", Functions::divide, (a, b) -> a / b);
    whole("%", Functions::modulo);
    whole("mod", Functions::modulo);
    whole("&", (a, b) -> a & b);
    whole("|", (a, b) -> a | b);
    whole("#", (a, b) -> a ^ b);
    whole("<<", (a, b) -> a << b);
    whole(">>", (a, b) -> a >> b);
    comparison("=", order -> order == 0);
    comparison("<>", order -> order != 0);
    comparison("<", order -> order < 0);
    comparison("<=", order -> order <= 0);
    comparison(">", order -> order > 0);
    comparison(">=", order -> order >= 0);
    add("not", 1, 1, (_, v) -> Value.of(!v[0].asBool()));
    ALL.put("is", new Function(2, 2, true, (_, v) -> Value.of(v[0].equals(v[1]))));
    ALL.put("debug", new Function(1, 1, true, (_, v) -> v[0]));
    add("abs", 1, 1, (_, v) -> abs(v[0]));
    add("int", 1, 1, (_, v) -> new Value.Int(v[0].asInt()));
    add("double", 1, 1, (_, v) -> new Value.Real(v[0].asReal()));
    real("sqrt", Math::sqrt);
    real("ln", Math::log);
    real("exp", Math::exp);
    add("pi", 0, 0, (_, _) -> new Value.Real(Math.PI));
    for (String name : List.of("pow", "power")) {
      add(name, 2, 2, (_, v) -> new Value.Real(Math.pow(v[0].asReal(), v[1].asReal())));
    }
    add("greatest", 1, ANY, (_, v) -> extreme(v, true));
    add("least", 1, ANY, (_, v) -> extreme(v, false));
    random();
    for (String name : List.of("hash", "hash_murmur2")) {
      add(name, 1, 2, (s, v) -> new Value.Int(Draws.murmur2(v[0].asInt(), seed(s, v, 1))));
    }
    add("hash_fnv1a", 1, 2, (s, v) -> new Value.Int(Draws.fnv1a(v[0].asInt(), seed(s, v, 1))));
    add("permute", 2, 3, Functions::permute);
  }

  private static void random() {
    add(
        "random",
        2,
        2,
        (s, v) -> {
          long low = v[0].asInt();
          return new Value.Int(Draws.uniform(s.prng(), low, high("random", low, v[1])));
        });
    add(
        "random_gaussian",
        3,
        3,
        (s, v) -> {
          long low = v[0].asInt();
          double parameter = v[2].asReal();
          check(parameter >= LOWEST_GAUSSIAN, "gaussian parameter must be at least 2", v[2]);
          return new Value.Int(
              Draws.gaussian(s.prng(), low, high("random_gaussian", low, v[1]), parameter));
        });
    add(
        "random_exponential",
        3,
        3,
        (s, v) -> {
          long low = v[0].asInt();
          double parameter = v[2].asReal();
          check(parameter > 0, "exponential parameter must be greater than zero", v[2]);
          return new Value.Int(
              Draws.exponential(s.prng(), low, high("random_exponential", low, v[1]), parameter));
        });
    add(
        "random_zipfian",
        3,
        3,
        (s, v) -> {
          long low = v[0].asInt();
          double parameter = v[2].asReal();
          check(
              parameter >= LOWEST_ZIPFIAN && parameter <= HIGHEST_ZIPFIAN,
              "zipfian parameter must be in range [1.001, 1000]",
              v[2]);
          return new Value.Int(
              Draws.zipfian(s.prng(), low, high("random_zipfian", low, v[1]), parameter));
        });
  }

  /// @return null when there is no such function
  static @Nullable String arity(String name) {
    Function function = ALL.get(name);
    if (function == null) {
      return null;
    }
    return function.most() == ANY
        ? function.least() + " and more"
        : function.least() == function.most()
            ? Integer.toString(function.least())
            : function.least() + " to " + function.most();
  }

  static boolean takes(String name, int count) {
    Function function = ALL.get(name);
    return function != null
        && count >= function.least()
        && (function.most() == ANY || count <= function.most());
  }

  /// @param name of one that takes so many arguments
  static Expression call(String name, List<Expression> arguments) {
    Function function = java.util.Objects.requireNonNull(ALL.get(name));
    Expression[] given = arguments.toArray(Expression[]::new);
    return scope -> {
      Value[] values = new Value[given.length];
      boolean missing = false;
      for (int i = 0; i < given.length; i++) {
        values[i] = given[i].value(scope);
        missing |= values[i] instanceof Value.Null;
      }
      return missing && !function.nulls() ? Value.Null.IT : function.body().apply(scope, values);
    };
  }

  private static void add(String name, int least, int most, Body body) {
    ALL.put(name, new Function(least, most, false, body));
  }

  private static void arithmetic(String name, IntOperator exact, RealOperator real) {
    add(
        name,
        2,
        2,
        (_, v) -> {
          if (v[0] instanceof Value.Real || v[1] instanceof Value.Real) {
            return new Value.Real(real.apply(v[0].asReal(), v[1].asReal()));
          }
          try {
            return new Value.Int(exact.apply(v[0].asInt(), v[1].asInt()));
          } catch (ArithmeticException e) {
            throw new ScriptException(
                v[0].text() + " " + name + " " + v[1].text() + ": " + e.getMessage());
          }
        });
  }

  private static void whole(String name, IntOperator operator) {
    add(name, 2, 2, (_, v) -> new Value.Int(operator.apply(v[0].asInt(), v[1].asInt())));
  }

  private static void comparison(String name, java.util.function.IntPredicate holds) {
    add(
        name,
        2,
        2,
        (_, v) -> {
          if (v[0] instanceof Value.Real || v[1] instanceof Value.Real) {
            double left = v[0].asReal();
            double right = v[1].asReal();
            // Not Double.compare: nothing is equal to not-a-number, and -0 is 0.
            boolean known = !Double.isNaN(left) && !Double.isNaN(right);
            int order = left < right ? -1 : left > right ? 1 : 0;
            return Value.of(known ? holds.test(order) : name.equals("<>"));
          }
          return Value.of(holds.test(Long.compare(v[0].asInt(), v[1].asInt())));
        });
  }

  private static void real(String name, DoubleUnaryOperator operator) {
    add(name, 1, 1, (_, v) -> new Value.Real(operator.applyAsDouble(v[0].asReal())));
  }

  private static long divide(long left, long right) {
    if (right == 0) {
      throw new ArithmeticException("division by zero");
    }
    return Math.divideExact(left, right);
  }

  private static long modulo(long left, long right) {
    if (right == 0) {
      throw new ScriptException("division by zero");
    }
    return left % right;
  }

  private static Value abs(Value value) {
    return value instanceof Value.Real(double number)
        ? new Value.Real(Math.abs(number))
        : new Value.Int(Math.abs(value.asInt()));
  }

  private static Value extreme(Value[] values, boolean greatest) {
    boolean real = java.util.Arrays.stream(values).anyMatch(Value.Real.class::isInstance);
    if (real) {
      double best = values[0].asReal();
      for (Value value : values) {
        best = greatest ? Math.max(best, value.asReal()) : Math.min(best, value.asReal());
      }
      return new Value.Real(best);
    }
    long best = values[0].asInt();
    for (Value value : values) {
      best = greatest ? Math.max(best, value.asInt()) : Math.min(best, value.asInt());
    }
    return new Value.Int(best);
  }

  private static long high(String name, long low, Value given) {
    long high = given.asInt();
    if (high < low) {
      throw new ScriptException("empty range given to " + name + ": " + low + " to " + high);
    }
    return high;
  }

  private static void check(boolean good, String message, Value given) {
    if (!good) {
      throw new ScriptException(message + ": " + given.text());
    }
  }

  private static long seed(Scope scope, Value[] values, int place) {
    return values.length > place ? values[place].asInt() : scope.get(SEED).asInt();
  }

  private static Value permute(Scope scope, Value[] values) {
    long size = values[1].asInt();
    if (size <= 0) {
      throw new ScriptException("permute size parameter must be greater than zero: " + size);
    }
    return new Value.Int(Draws.permute(values[0].asInt(), size, seed(scope, values, 2)));
  }
}
