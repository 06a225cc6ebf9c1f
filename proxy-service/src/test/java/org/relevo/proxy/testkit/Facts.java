package org.relevo.proxy.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.sql.FunctionCall;
import org.relevo.proxy.sql.QualifiedName;
import org.relevo.proxy.sql.SettingChange;
import org.relevo.proxy.sql.SqlStatement;
import org.relevo.proxy.sql.StatementClass;
import org.relevo.proxy.sql.StatementKind;

/// Statements written down as facts, for tests that need no parser:
///
/// ```text
/// SELECT reads=t,s.t2 calls=lower/1,nextval/1:seq ops=~~~
/// DECLARE name=c > SELECT reads=t            what follows > is what it runs
/// BEGIN ; SET settings=x:1:local             ; goes between statements
/// comment hint=standby SELECT reads=t        words before the kind are about the text
/// ```
///
/// Other words: `writes=`, `name=`, `lock=ACCESS_SHARE`, `analyzes`, `write` (not read-only);
/// before the kind: `comment`, `blank`, `noloadbalance`, `hint=`, `unparsed`.
public final class Facts {
  private boolean comment;
  private boolean blank;
  private boolean parsed = true;
  private boolean noLoadBalance;
  private String node = "";

  private Facts() {}

  public static StatementClass of(String text) {
    return new Facts().read(text);
  }

  public static SqlStatement statement(String text) {
    return of(text).first();
  }

  private StatementClass read(String text) {
    List<SqlStatement> statements = new ArrayList<>();
    for (String part : text.split(" ; ", -1)) {
      statements.add(one(part.strip()));
    }
    return new StatementClass(
        statements, parsed, new StatementClass.Hints(noLoadBalance, node), 0, comment);
  }

  private SqlStatement one(String text) {
    int inner = text.indexOf(" > ");
    SqlStatement runs = inner < 0 ? null : one(text.substring(inner + 3));
    List<String> words =
        new ArrayList<>(
            Arrays.asList((inner < 0 ? text : text.substring(0, inner)).strip().split(" +", -1)));
    while (aboutText(words.getFirst())) {
      words.removeFirst();
    }
    return new Statement(StatementKind.valueOf(words.removeFirst()), runs).with(words, blank);
  }

  private boolean aboutText(String word) {
    switch (word) {
      case "comment" -> comment = true;
      case "blank" -> blank = true;
      case "unparsed" -> parsed = false;
      case "noloadbalance" -> {
        noLoadBalance = true;
        comment = true;
      }
      default -> {
        if (!word.startsWith("hint=")) {
          return false;
        }
        node = word.substring(5);
        comment = true;
      }
    }
    return true;
  }

  private static final class Statement {
    private final StatementKind kind;
    private final @Nullable SqlStatement inner;
    private boolean readOnly;
    private boolean analyzes;
    private String name = "";
    private String lock = "";
    private final List<QualifiedName> reads = new ArrayList<>();
    private final List<QualifiedName> writes = new ArrayList<>();
    private final List<QualifiedName> operators = new ArrayList<>();
    private final List<FunctionCall> calls = new ArrayList<>();
    private final List<SettingChange> settings = new ArrayList<>();

    Statement(StatementKind kind, @Nullable SqlStatement inner) {
      this.kind = kind;
      this.inner = inner;
      this.readOnly =
          switch (kind) {
            case SELECT, SHOW, COPY_TO, FETCH, EMPTY -> true;
            default -> false;
          };
      if (inner != null) {
        readOnly = inner.readOnly();
        reads.addAll(inner.reads());
        writes.addAll(inner.writes());
        calls.addAll(inner.functions());
        operators.addAll(inner.operators());
      }
    }

    SqlStatement with(List<String> words, boolean blank) {
      words.forEach(this::word);
      return new SqlStatement(
          kind,
          blank ? 1 : 0,
          99,
          readOnly,
          reads,
          writes,
          calls,
          operators,
          settings,
          name,
          lock,
          analyzes,
          inner);
    }

    private void word(String word) {
      String[] pair = word.split("=", 2);
      String value = pair.length == 2 ? pair[1] : "";
      switch (pair[0]) {
        case "write" -> readOnly = false;
        case "analyzes" -> analyzes = true;
        case "name" -> name = value;
        case "lock" -> lock = value.replace('_', ' ');
        case "reads" -> each(value).forEach(one -> reads.add(name(one)));
        case "writes" -> each(value).forEach(one -> writes.add(name(one)));
        case "ops" -> each(value).forEach(one -> operators.add(name(one)));
        case "calls" -> each(value).forEach(one -> calls.add(call(one)));
        case "settings" -> each(value).forEach(one -> settings.add(setting(one)));
        default -> throw new IllegalArgumentException("not a fact: " + word);
      }
    }

    private static List<String> each(String value) {
      return Arrays.asList(value.split(","));
    }

    private static FunctionCall call(String text) {
      String[] parts = text.split("[/:]", -1);
      List<String> literals = new ArrayList<>(Arrays.asList(parts).subList(2, parts.length));
      int arguments = Integer.parseInt(parts[1]);
      while (literals.size() < arguments) {
        literals.add("");
      }
      return new FunctionCall(name(parts[0]), arguments, literals);
    }

    private static SettingChange setting(String text) {
      String[] parts = text.split(":", -1);
      return new SettingChange(parts[0].toLowerCase(Locale.ROOT), parts[1], parts.length > 2);
    }
  }

  /// `name` or `schema.name`.
  public static QualifiedName name(String text) {
    int dot = text.indexOf('.');
    return dot <= 0
        ? new QualifiedName("", text)
        : new QualifiedName(text.substring(0, dot), text.substring(dot + 1));
  }
}
