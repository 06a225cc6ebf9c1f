package org.relevo.app.view.operations;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.Optional;

/// What can be wrong with the written fields of an act. Pure.
final class ActFields {
  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd H:mm").withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("H:mm");

  private ActFields() {}

  /// What a field holds before anybody wrote into it.
  static String first(String field) {
    return field.equals("port") ? "5432" : "";
  }

  /// @return text key of what to enter, "" when everything is right
  static String wrong(ActInput input, Instant now, ZoneId zone) {
    for (String field : input.kind().fields()) {
      String text = input.field(field);
      boolean right =
          switch (field) {
            case "when" -> time(text, now, zone).isPresent();
            case "host" -> text.matches("[A-Za-z0-9_.:/-]+");
            case "port" -> text.matches("\\d{1,5}") && port(text);
            case "data" -> text.startsWith("/") && text.indexOf('\'') < 0;
            case "path" -> !text.isEmpty();
            default -> true;
          };
      if (!right) {
        return "operations.refusal." + field;
      }
    }
    return "";
  }

  private static boolean port(String text) {
    int port = Integer.parseInt(text);
    return port > 0 && port <= 65_535;
  }

  /// A time that [#time] took, as one that is the same tomorrow.
  static String fixed(Instant at, ZoneId zone) {
    return DAY_AND_TIME.format(at.atZone(zone));
  }

  /// `22:30` for the next time that clocks show it, or `2026-11-30 22:30`.
  ///
  /// @return empty for what is no time, or past
  static Optional<Instant> time(String text, Instant now, ZoneId zone) {
    try {
      ZonedDateTime here = now.atZone(zone);
      if (text.indexOf('-') > 0) {
        Instant at = LocalDateTime.parse(text, DAY_AND_TIME).atZone(zone).toInstant();
        return at.isAfter(now) ? Optional.of(at) : Optional.empty();
      }
      ZonedDateTime today = here.with(LocalTime.parse(text, TIME));
      ZonedDateTime next = today.isAfter(here) ? today : today.plusDays(1);
      return Optional.of(next.toInstant());
    } catch (DateTimeException e) {
      // Not a time: the field says what is expected.
      return Optional.empty();
    }
  }
}
