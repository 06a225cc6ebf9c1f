package org.relevo.jmx.describe;

import java.util.LinkedHashMap;
import java.util.Map;

/// Units by the endings of names, as the contract prescribes them.
public final class Units {
  private static final Map<String, String> ENDINGS = new LinkedHashMap<>();

  static {
    ENDINGS.put("EpochMs", "ms since 1970");
    ENDINGS.put("BytesPerSecond", "bytes per second");
    ENDINGS.put("PerSecond", "per second");
    ENDINGS.put("MsTotal", "ms since start");
    ENDINGS.put("BytesTotal", "bytes since start");
    ENDINGS.put("BytesFromClientsTotal", "bytes since start");
    ENDINGS.put("Total", "count since start");
    ENDINGS.put("Ms", "ms");
    ENDINGS.put("1m", "processes");
    ENDINGS.put("Bytes", "bytes");
    ENDINGS.put("Seconds", "s");
    ENDINGS.put("Load", "0 to 1");
    ENDINGS.put("IoWait", "0 to 1");
    ENDINGS.put("Busy", "0 to 1");
    ENDINGS.put("Id", "number");
    ENDINGS.put("Port", "port");
    ENDINGS.put("sequence", "number");
  }

  private Units() {}

  /// @param name of an attribute, parameter or field
  /// @param type simple name of its Java type
  public static String of(String name, String type) {
    if (type.startsWith("List<")) {
      return "list";
    }
    return switch (type) {
      case "boolean" -> "true or false";
      case "String" -> "text";
      case "int", "long", "double" -> number(name, type);
      default -> "record";
    };
  }

  private static String number(String name, String type) {
    for (Map.Entry<String, String> ending : ENDINGS.entrySet()) {
      String key = ending.getKey();
      String small = Character.toLowerCase(key.charAt(0)) + key.substring(1);
      if (name.endsWith(key) || name.equals(small)) {
        return ending.getValue();
      }
    }
    return type.equals("double") ? "number" : "count";
  }
}
