package org.relevo.proxy.consensus;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Bytes of values whose shape is their type: records by their components in order, sealed
/// interfaces by the place of the subtype, enums by the place of the constant. The shapes are found
/// once; [#shape()] writes them out, so that a test can hold them still.
///
/// Owner: none, immutable.
abstract sealed class RecordCodec {
  /// Of a list, set or map; enough for nodes and history.
  static final int MOST_VALUES = 256;

  abstract void write(ByteWriter out, Object value);

  abstract Object read(ByteReader in) throws MalformedBytesException;

  /// What the bytes are, for people.
  abstract String shape();

  /// @throws IllegalArgumentException for a type that has no bytes
  static RecordCodec of(Type type) {
    return switch (type) {
      case Class<?> c when c.isRecord() -> new OfRecord(c);
      case Class<?> c when c.isSealed() -> new OfSealed(c);
      case Class<?> c when c.isEnum() -> new OfEnum(c);
      case Class<?> c -> OfPlain.of(c);
      case ParameterizedType generic -> generic(generic);
      default -> throw new IllegalArgumentException("no bytes for " + type);
    };
  }

  private static RecordCodec generic(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    RecordCodec first = of(arguments[0]);
    Type raw = type.getRawType();
    if (raw == List.class || raw == SortedSet.class) {
      return new OfValues(first, raw == SortedSet.class);
    } else if (raw == SortedMap.class) {
      return new OfMap(first, of(arguments[1]));
    } else if (raw == Optional.class) {
      return new OfOptional(first);
    }
    throw new IllegalArgumentException("no bytes for " + type);
  }

  private static String simpleName(Class<?> type) {
    return type.getSimpleName();
  }

  /// Numbers, truth values and texts.
  private static final class OfPlain extends RecordCodec {
    private final Class<?> type;

    private OfPlain(Class<?> type) {
      this.type = type;
    }

    static OfPlain of(Class<?> type) {
      // Inside lists and maps numbers are objects.
      Class<?> plain = MethodType.methodType(type).unwrap().returnType();
      if (plain == int.class
          || plain == long.class
          || plain == boolean.class
          || plain == String.class) {
        return new OfPlain(plain);
      }
      throw new IllegalArgumentException("no bytes for " + type);
    }

    @Override
    void write(ByteWriter out, Object value) {
      switch (value) {
        case Integer number -> out.i32(number);
        case Long number -> out.i64(number);
        case Boolean truth -> out.bool(truth);
        default -> out.text((String) value);
      }
    }

    @Override
    Object read(ByteReader in) throws MalformedBytesException {
      if (type == int.class) {
        return in.i32();
      } else if (type == long.class) {
        return in.i64();
      }
      return type == boolean.class ? (Object) in.bool() : in.text();
    }

    @Override
    String shape() {
      return simpleName(type);
    }
  }

  /// Constants.
  private static final class OfEnum extends RecordCodec {
    private final Class<?> type;
    private final List<Object> places;

    OfEnum(Class<?> type) {
      this.type = type;
      this.places = List.of(type.getEnumConstants());
    }

    @Override
    void write(ByteWriter out, Object value) {
      out.u8(places.indexOf(value));
    }

    @Override
    Object read(ByteReader in) throws MalformedBytesException {
      int place = in.u8();
      if (place >= places.size()) {
        throw new MalformedBytesException("no %s %d".formatted(simpleName(type), place));
      }
      return places.get(place);
    }

    @Override
    String shape() {
      return simpleName(type) + places;
    }
  }

  /// Components in order.
  private static final class OfRecord extends RecordCodec {
    private final Class<?> type;
    private final RecordComponent[] components;
    private final RecordCodec[] codecs;
    private final MethodHandle[] accessors;
    private final MethodHandle constructor;

    OfRecord(Class<?> type) {
      this.type = type;
      this.components = type.getRecordComponents();
      this.codecs = new RecordCodec[components.length];
      this.accessors = new MethodHandle[components.length];
      Class<?>[] types = new Class<?>[components.length];
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      try {
        for (int i = 0; i < components.length; i++) {
          types[i] = components[i].getType();
          codecs[i] = RecordCodec.of(components[i].getGenericType());
          accessors[i] = lookup.unreflect(components[i].getAccessor());
        }
        this.constructor =
            lookup
                .findConstructor(type, MethodType.methodType(void.class, types))
                .asSpreader(Object[].class, types.length);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException("no bytes for " + type, e);
      }
    }

    @Override
    void write(ByteWriter out, Object value) {
      for (int i = 0; i < codecs.length; i++) {
        codecs[i].write(out, component(i, value));
      }
    }

    private Object component(int place, Object value) {
      try {
        return accessors[place].invoke(value);
      } catch (Throwable e) {
        throw new IllegalStateException(type + "." + components[place].getName(), e);
      }
    }

    @Override
    Object read(ByteReader in) throws MalformedBytesException {
      Object[] values = new Object[codecs.length];
      for (int i = 0; i < codecs.length; i++) {
        values[i] = codecs[i].read(in);
      }
      try {
        return constructor.invoke(values);
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        // The constructor's own check.
        throw new MalformedBytesException("no " + simpleName(type), e);
      }
    }

    @Override
    String shape() {
      StringBuilder text = new StringBuilder(simpleName(type)).append('(');
      for (int i = 0; i < codecs.length; i++) {
        text.append(i == 0 ? "" : ", ").append(components[i].getName()).append(' ');
        text.append(codecs[i].shape());
      }
      return text.append(')').toString();
    }
  }

  /// The subtype's place, then the subtype.
  private static final class OfSealed extends RecordCodec {
    private final Class<?> type;
    private final List<Class<?>> subtypes;
    private final List<RecordCodec> codecs;

    OfSealed(Class<?> type) {
      this.type = type;
      this.subtypes = List.of(type.getPermittedSubclasses());
      this.codecs = subtypes.stream().map(RecordCodec::of).toList();
    }

    @Override
    void write(ByteWriter out, Object value) {
      int place = subtypes.indexOf(value.getClass());
      codecs.get(place).write(out.u8(place), value);
    }

    @Override
    Object read(ByteReader in) throws MalformedBytesException {
      int place = in.u8();
      if (place >= codecs.size()) {
        throw new MalformedBytesException("no %s %d".formatted(simpleName(type), place));
      }
      return codecs.get(place).read(in);
    }

    @Override
    String shape() {
      StringBuilder text = new StringBuilder(simpleName(type)).append(" =");
      codecs.forEach(codec -> text.append("\n  | ").append(codec.shape()));
      return text.toString();
    }
  }

  /// A list or a sorted set.
  private static final class OfValues extends RecordCodec {
    private final RecordCodec one;
    private final boolean sorted;

    OfValues(RecordCodec one, boolean sorted) {
      this.one = one;
      this.sorted = sorted;
    }

    @Override
    void write(ByteWriter out, Object value) {
      out.all((java.util.Collection<?>) value, MOST_VALUES, one::write);
    }

    @Override
    Object read(ByteReader in) throws MalformedBytesException {
      List<Object> values = in.all(MOST_VALUES, one::read);
      if (!sorted) {
        return values;
      }
      TreeSet<Object> set = new TreeSet<>(values);
      if (set.size() != values.size()) {
        throw new MalformedBytesException("a value twice");
      }
      return set;
    }

    @Override
    String shape() {
      return (sorted ? "{" : "[") + one.shape() + (sorted ? "}" : "]");
    }
  }

  /// A sorted map.
  private static final class OfMap extends RecordCodec {
    private final RecordCodec key;
    private final RecordCodec mapped;

    OfMap(RecordCodec key, RecordCodec mapped) {
      this.key = key;
      this.mapped = mapped;
    }

    @Override
    void write(ByteWriter out, Object value) {
      out.all(
          ((Map<?, ?>) value).entrySet(),
          MOST_VALUES,
          (to, each) -> {
            Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
            key.write(to, entry.getKey());
            mapped.write(to, entry.getValue());
          });
    }

    @Override
    Object read(ByteReader in) throws MalformedBytesException {
      TreeMap<Object, Object> map = new TreeMap<>();
      int count = in.count(MOST_VALUES);
      for (int i = 0; i < count; i++) {
        if (map.put(key.read(in), mapped.read(in)) != null) {
          throw new MalformedBytesException("a key twice");
        }
      }
      return map;
    }

    @Override
    String shape() {
      return "{" + key.shape() + ": " + mapped.shape() + "}";
    }
  }

  /// Perhaps a value.
  private static final class OfOptional extends RecordCodec {
    private final RecordCodec one;

    OfOptional(RecordCodec one) {
      this.one = one;
    }

    @Override
    void write(ByteWriter out, Object value) {
      Optional<?> perhaps = (Optional<?>) value;
      out.bool(perhaps.isPresent());
      perhaps.ifPresent(present -> one.write(out, present));
    }

    @Override
    Object read(ByteReader in) throws MalformedBytesException {
      return in.bool() ? Optional.of(one.read(in)) : Optional.empty();
    }

    @Override
    String shape() {
      return one.shape() + "?";
    }
  }
}
