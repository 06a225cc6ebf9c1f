package org.relevo.jmx.logs;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.relevo.jmx.contract.LogLevel;

/// Recognises the first line of an entry: this service's own pattern, PostgreSQL's stderr format
/// with a prefix that starts with `%m`, its csvlog and its jsonlog.
final class LineFormat {
  /// What a line's beginning says.
  ///
  /// @param kind whether it begins an entry or belongs to the one before
  /// @param atEpochMs -1 when it says no time
  record Head(Kind kind, LogLevel level, long atEpochMs) {}

  /// How a line relates to the entry before.
  enum Kind {
    ENTRY,
    /// PostgreSQL's DETAIL, HINT, STATEMENT and so on, with a prefix of their own.
    ADDITION,
    /// No known beginning: a stack trace's or a multi-line message's rest.
    REST
  }

  private static final Head REST = new Head(Kind.REST, LogLevel.UNKNOWN, -1);
  private static final Pattern OWN =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?)(Z|[+-]\\d\\d:?\\d\\d)?"
              + "\\s+(TRACE|DEBUG|INFO|WARN|ERROR)\\b");
  private static final String SEVERITIES =
      "(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC"
          + "|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION|BACKTRACE):  ";
  private static final Pattern POSTGRES =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?) (\\S{1,8}) .{0,200}?\\b"
              + SEVERITIES);
  private static final String WORD = "(DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC)";
  // csvlog: the time is the first field, the severity the twelfth; a field in quotes may hold line
  // feeds, which make rests.
  private static final Pattern POSTGRES_CSV =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?) (\\S{1,8}?)"
              + "(?:,(?:\"(?:[^\"]|\"\"){0,200}+\"|[^,\"]{0,200}+)){10},"
              + WORD
              + ",");
  // jsonlog: one object a line.
  private static final Pattern POSTGRES_JSON =
      Pattern.compile(
          "\\{\"timestamp\":\"(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?)"
              + " ([^\\s\"]{1,8})\"");
  private static final Pattern JSON_SEVERITY =
      Pattern.compile("\"error_severity\":\"" + WORD + "\"");
  // Before its settings are read, a server writes without prefix.
  private static final Pattern POSTGRES_BARE = Pattern.compile(SEVERITIES);
  private static final DateTimeFormatter ZONE_NAME =
      DateTimeFormatter.ofPattern("z", Locale.ENGLISH);

  private LineFormat() {}

  static Head read(String line) {
    Matcher own = OWN.matcher(line);
    if (own.lookingAt()) {
      String zone = own.group(2);
      long at = epochMs(own.group(1).replace(',', '.'), zone == null ? "" : zone);
      return new Head(Kind.ENTRY, ownLevel(own.group(3)), at);
    }
    Matcher csv = POSTGRES_CSV.matcher(line);
    if (csv.lookingAt()) {
      return postgresHead(csv.group(4), epochMs(csv.group(1) + "T" + csv.group(2), csv.group(3)));
    }
    Matcher json = POSTGRES_JSON.matcher(line);
    if (json.lookingAt()) {
      Matcher severity = JSON_SEVERITY.matcher(line);
      return postgresHead(
          severity.find() ? severity.group(1) : "LOG",
          epochMs(json.group(1) + "T" + json.group(2), json.group(3)));
    }
    Matcher postgres = POSTGRES.matcher(line);
    if (postgres.lookingAt()) {
      long at = epochMs(postgres.group(1) + "T" + postgres.group(2), postgres.group(3));
      return postgresHead(postgres.group(4), at);
    }
    Matcher bare = POSTGRES_BARE.matcher(line);
    return bare.lookingAt() ? postgresHead(bare.group(1), -1) : REST;
  }

  private static LogLevel ownLevel(String word) {
    return word.equals("TRACE") ? LogLevel.DEBUG : LogLevel.valueOf(word);
  }

  private static Head postgresHead(String severity, long atEpochMs) {
    return switch (severity) {
      case "LOG", "INFO", "NOTICE" -> new Head(Kind.ENTRY, LogLevel.INFO, atEpochMs);
      case "WARNING" -> new Head(Kind.ENTRY, LogLevel.WARN, atEpochMs);
      case "ERROR" -> new Head(Kind.ENTRY, LogLevel.ERROR, atEpochMs);
      case "FATAL", "PANIC" -> new Head(Kind.ENTRY, LogLevel.FATAL, atEpochMs);
      default ->
          severity.startsWith("DEBUG")
              ? new Head(Kind.ENTRY, LogLevel.DEBUG, atEpochMs)
              : new Head(Kind.ADDITION, LogLevel.UNKNOWN, atEpochMs);
    };
  }

  private static long epochMs(String dateTime, String zone) {
    try {
      Instant instant = LocalDateTime.parse(dateTime).atZone(zoneOf(zone)).toInstant();
      return instant.toEpochMilli();
    } catch (DateTimeException _) {
      return -1; // such as month 13: a text that only looks like a time
    }
  }

  /// PostgreSQL writes an abbreviation (`UTC`, `CEST`) or an offset (`+03`); nothing means here.
  private static ZoneId zoneOf(String zone) {
    if (zone.isEmpty()) {
      return ZoneId.systemDefault();
    }
    if (zone.equals("UTC") || zone.equals("GMT") || zone.equals("Z")) {
      return ZoneOffset.UTC;
    }
    char first = zone.charAt(0);
    return first == '+' || first == '-'
        ? ZoneOffset.of(zone)
        : ZONE_NAME.parse(zone, TemporalQueries.zone());
  }
}
