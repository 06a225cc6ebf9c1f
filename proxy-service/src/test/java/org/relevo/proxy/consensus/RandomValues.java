package org.relevo.proxy.consensus;

import java.lang.invoke.MethodType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.core.BackendId;

/// Values of any type that goes into the log.
record RandomValues(Random random) {
  private static final String LETTERS = "abcXYZ019 äß€😀'\"\\\n";
  private static final int TRIES = 1000;

  Object of(Type type) {
    for (int i = 0; i < TRIES; i++) {
      try {
        return once(type);
      } catch (IllegalArgumentException _) {
        // A constructor does not take these components together: others.
      }
    }
    throw new AssertionError("no value of " + type + " in " + TRIES + " tries");
  }

  private Object once(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic(generic);
    }
    Class<?> c = MethodType.methodType((Class<?>) type).unwrap().returnType();
    if (c == int.class) {
      return random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(-1, 128);
    } else if (c == long.class) {
      return random.nextInt(4) == 0 ? random.nextLong() : random.nextLong(-1, 1000);
    } else if (c == boolean.class) {
      return random.nextBoolean();
    } else if (c == String.class) {
      return text();
    } else if (c == MemberId.class) {
      return new MemberId("m" + random.nextInt(100));
    } else if (c == BackendId.class) {
      return new BackendId(random.nextInt(BackendId.MAX + 1));
    } else if (c.isEnum()) {
      return c.getEnumConstants()[random.nextInt(c.getEnumConstants().length)];
    } else if (c.isSealed()) {
      return of(c.getPermittedSubclasses()[random.nextInt(c.getPermittedSubclasses().length)]);
    }
    return record(c);
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
    Object[] values = Arrays.stream(components).map(each -> of(each.getGenericType())).toArray();
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private Object generic(ParameterizedType type) {
    Type[] arguments = type.getActualTypeArguments();
    int count = random.nextInt(6);
    if (type.getRawType() == Optional.class) {
      return random.nextBoolean() ? Optional.of(of(arguments[0])) : Optional.empty();
    } else if (arguments.length == 2) {
      TreeMap<Object, Object> map = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        map.put(of(arguments[0]), of(arguments[1]));
      }
      return map;
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(of(arguments[0]));
    }
    return type.getRawType() == SortedSet.class ? new TreeSet<>(values) : values;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    int[] letters = LETTERS.codePoints().toArray();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.appendCodePoint(letters[random.nextInt(letters.length)]);
    }
    return text.toString();
  }
}
