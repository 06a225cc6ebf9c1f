package org.relevo.proxy.testkit.script;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A session's settings with PostgreSQL's layers: default, start-up packet, SET, SET LOCAL.
final class BackendSettings {
  /// What PostgreSQL 18 reports by ParameterStatus, with its defaults.
  private static final Map<String, String> REPORTED = new LinkedHashMap<>();

  static {
    REPORTED.put("application_name", "");
    REPORTED.put("client_encoding", "UTF8");
    REPORTED.put("DateStyle", "ISO, MDY");
    REPORTED.put("IntervalStyle", "postgres");
    REPORTED.put("search_path", "\"$user\", public");
    REPORTED.put("standard_conforming_strings", "on");
    REPORTED.put("TimeZone", "UTC");
  }

  private final Map<String, String> startup = new HashMap<>();
  private Map<String, String> session = new HashMap<>();
  private final Map<String, String> local = new HashMap<>();
  private Map<String, String> before = new HashMap<>();
  private final Set<String> known = new HashSet<>();
  private final Map<String, String> told = new HashMap<>();

  /// Takes the settings out of a start-up packet.
  void startup(Map<String, String> parameters) {
    parameters.forEach((name, value) -> {
      switch (name) {
        case "user", "database", "replication" -> {
          // who and where, no settings
        }
        case "options" -> {
          for (String option : value.split(" ?-c ?", -1)) {
            int equals = option.indexOf('=');
            if (equals > 0) {
              startup.put(key(option.substring(0, equals)), option.substring(equals + 1));
            }
          }
        }
        default -> startup.put(key(name), value);
      }
    });
  }

  String get(String name) {
    String key = key(name);
    String value = local.getOrDefault(key, session.getOrDefault(key, startup.get(key)));
    return value != null ? value : byDefault(key);
  }

  void set(String name, String value, boolean forTransaction) {
    known.add(key(name));
    if (forTransaction) {
      local.put(key(name), value);
    } else {
      local.remove(key(name));
      session.put(key(name), value);
    }
  }

  void reset(String name) {
    local.remove(key(name));
    session.remove(key(name));
  }

  void resetAll() {
    local.clear();
    session.clear();
  }

  void begin() {
    before = new HashMap<>(session);
  }

  /// What a savepoint keeps.
  record Saved(Map<String, String> session, Map<String, String> local) {}

  Saved save() {
    return new Saved(Map.copyOf(session), Map.copyOf(local));
  }

  void restore(Saved saved) {
    session = new HashMap<>(saved.session());
    local.clear();
    local.putAll(saved.local());
  }

  void end(boolean committed) {
    if (!committed) {
      session = new HashMap<>(before);
    }
    local.clear();
  }

  /// Reported settings that the client has not heard of yet.
  Map<String, String> news() {
    Map<String, String> news = new LinkedHashMap<>();
    for (String name : REPORTED.keySet()) {
      String value = get(name);
      if (!value.equals(told.put(name, value))) {
        news.put(name, value);
      }
    }
    return news;
  }

  /// The listed settings that SET has changed.
  Map<String, String> ofSession() {
    Map<String, String> listed = new LinkedHashMap<>();
    session.forEach((name, value) -> {
      if (!name.contains(".")) {
        listed.put(name, value);
      }
    });
    return listed;
  }

  /// A custom setting's value; empty when the session has never heard of it.
  Optional<String> custom(String name) {
    return known.contains(key(name)) ? Optional.of(get(name)) : Optional.empty();
  }

  private static String byDefault(String key) {
    for (Map.Entry<String, String> known : REPORTED.entrySet()) {
      if (key(known.getKey()).equals(key)) {
        return known.getValue();
      }
    }
    return "";
  }

  private static String key(String name) {
    return name.replace("\"", "").toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return "start-up " + startup + " session " + session + " local " + local;
  }
}
