package org.relevo.jmx.ctl;

import java.lang.reflect.Array;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// JSON as the open types of JMX (javax.management.openmbean), which is how records travel.
final class OpenValues {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private OpenValues() {}

  /// @param name of the argument, for messages
  /// @throws CtlException when the text is no JSON, or not of that type; names the place
  static @Nullable Object parsed(OpenType<?> type, String text, String name) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JacksonException e) {
      throw new CtlException(
          ExitCode.BAD_ARGUMENTS, name + " is written as JSON: " + e.getOriginalMessage());
    }
    return value(type, json, name);
  }

  private static @Nullable Object value(OpenType<?> type, JsonNode json, String place) {
    return switch (type) {
      case CompositeType record -> composite(record, json, place);
      case ArrayType<?> array -> array(array, json, place);
      case SimpleType<?> simple -> simple(simple, json, place);
      default ->
          throw new CtlException(
              ExitCode.BAD_ARGUMENTS,
              "%s is a %s and cannot be given here".formatted(place, type.getTypeName()));
    };
  }

  private static CompositeDataSupport composite(CompositeType type, JsonNode json, String place) {
    if (!json.isObject()) {
      throw wrong(place, "an object with " + String.join(", ", type.keySet()), json);
    }
    for (String given : json.propertyNames()) {
      if (!type.containsKey(given)) {
        throw new CtlException(
            ExitCode.BAD_ARGUMENTS,
            "%s has no field %s, but %s".formatted(place, given, String.join(", ", type.keySet())));
      }
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (String field : type.keySet()) {
      JsonNode given = json.get(field);
      if (given == null) {
        throw new CtlException(ExitCode.BAD_ARGUMENTS, "%s.%s is missing".formatted(place, field));
      }
      fields.put(field, value(type.getType(field), given, place + "." + field));
    }
    try {
      return new CompositeDataSupport(type, fields);
    } catch (OpenDataException e) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, place + ": " + e.getMessage());
    }
  }

  private static Object array(ArrayType<?> type, JsonNode json, String place) {
    if (!json.isArray()) {
      throw wrong(place, "an array", json);
    }
    try {
      Class<?> array = Class.forName(type.getClassName());
      Object values = Array.newInstance(array.componentType(), json.size());
      for (int i = 0; i < json.size(); i++) {
        Array.set(values, i, value(type.getElementOpenType(), json.get(i), place + "[" + i + "]"));
      }
      return values;
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(type.getClassName(), e);
    }
  }

  private static @Nullable Object simple(SimpleType<?> type, JsonNode json, String place) {
    if (type.equals(SimpleType.STRING)) {
      if (!json.isString()) {
        throw wrong(place, "a string", json);
      }
      return json.stringValue();
    }
    if (type.equals(SimpleType.BOOLEAN)) {
      if (!json.isBoolean()) {
        throw wrong(place, "true or false", json);
      }
      return json.booleanValue();
    }
    if (type.equals(SimpleType.DOUBLE)) {
      if (!json.isNumber()) {
        throw wrong(place, "a number", json);
      }
      return json.doubleValue();
    }
    if (type.equals(SimpleType.LONG)) {
      if (!json.canConvertToLong()) {
        throw wrong(place, "a whole number", json);
      }
      return json.longValue();
    }
    if (type.equals(SimpleType.INTEGER)) {
      if (!json.canConvertToInt()) {
        throw wrong(place, "a whole number", json);
      }
      return json.intValue();
    }
    throw new CtlException(
        ExitCode.BAD_ARGUMENTS,
        "%s is a %s and cannot be given here".formatted(place, type.getTypeName()));
  }

  private static CtlException wrong(String place, String wanted, JsonNode json) {
    return new CtlException(
        ExitCode.BAD_ARGUMENTS, "%s is %s, not %s".formatted(place, wanted, json));
  }
}
