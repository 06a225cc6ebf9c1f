package org.relevo.jmx.testkit;

import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.Map;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;

/// A value of any open type that the contract's operations take.
public final class OpenSamples {
  private OpenSamples() {}

  /// @return an array has one element
  public static Object of(OpenType<?> type) {
    try {
      return switch (type) {
        case CompositeType record -> {
          Map<String, Object> fields = new HashMap<>();
          record.keySet().forEach(key -> fields.put(key, of(record.getType(key))));
          yield new CompositeDataSupport(record, fields);
        }
        case ArrayType<?> array -> {
          Class<?> component = Class.forName(array.getClassName()).componentType();
          Object values = Array.newInstance(component, 1);
          Array.set(values, 0, of(array.getElementOpenType()));
          yield values;
        }
        default -> simple(type);
      };
    } catch (OpenDataException | ClassNotFoundException e) {
      throw new IllegalStateException(type.toString(), e);
    }
  }

  private static Object simple(OpenType<?> type) {
    if (type.equals(SimpleType.STRING)) {
      return "x";
    }
    if (type.equals(SimpleType.BOOLEAN)) {
      return true;
    }
    if (type.equals(SimpleType.INTEGER)) {
      return 1;
    }
    if (type.equals(SimpleType.DOUBLE)) {
      return 1.0;
    }
    return 1L;
  }
}
