package org.relevo.proxy.auth.stored;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Remembers what a catalog said, and asks it once for many logins at a time.
///
/// What is younger than a second is used as it is. What is older, up to the time to live, is used
/// only when nobody can be asked, so that logins go on while a primary changes.
///
/// Thread-safe.
public final class CachedRoles implements StoredPasswordSource {
  static final Duration YOUNG = Duration.ofSeconds(1);
  private static final int MAX_KNOWN = 10_000;
  // Apart from the known ones, so that made-up names do not drive them out.
  private static final int MAX_UNKNOWN = 1_000;

  private final Memory<StoredRole> roles;
  private final Memory<Set<String>> memberships;

  /// @param timeToLive zero remembers nothing
  public CachedRoles(RoleCatalog catalog, Duration timeToLive) {
    this(catalog, timeToLive, System::nanoTime);
  }

  CachedRoles(RoleCatalog catalog, Duration timeToLive, LongSupplier nanoTime) {
    roles = new Memory<>(catalog::role, StoredRole.UNKNOWN::equals, timeToLive.toNanos(), nanoTime);
    memberships = new Memory<>(catalog::memberships, Set::isEmpty, timeToLive.toNanos(), nanoTime);
  }

  @Override
  public CompletionStage<StoredRole> role(String name, boolean fresh) {
    return roles.get(name, fresh);
  }

  @Override
  public CompletionStage<Set<String>> memberships(String name) {
    return memberships.get(name, false);
  }

  /// Roles or their passwords were changed; everything is asked for anew.
  public void forget() {
    roles.forget();
    memberships.forget();
  }

  private record Entry<T>(T value, long readAt) {}

  private static final class Bounded<V> extends LinkedHashMap<String, V> {
    private static final long serialVersionUID = 1;
    private final int max;

    Bounded(int max) {
      super(16, 0.75f, true);
      this.max = max;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
      return size() > max;
    }
  }

  /// Fields are guarded by this.
  private static final class Memory<T> {
    private final Function<String, CompletionStage<T>> read;
    private final java.util.function.Predicate<T> unknown;
    private final long timeToLive;
    private final LongSupplier nanoTime;
    private final Bounded<Entry<T>> known = new Bounded<>(MAX_KNOWN);
    private final Bounded<Entry<T>> strangers = new Bounded<>(MAX_UNKNOWN);
    private final Map<String, CompletableFuture<T>> underWay = new HashMap<>();

    Memory(
        Function<String, CompletionStage<T>> read,
        java.util.function.Predicate<T> unknown,
        long timeToLive,
        LongSupplier nanoTime) {
      this.read = read;
      this.unknown = unknown;
      this.timeToLive = timeToLive;
      this.nanoTime = nanoTime;
    }

    CompletionStage<T> get(String name, boolean fresh) {
      CompletableFuture<T> answer;
      boolean first;
      synchronized (this) {
        Entry<T> entry = entry(name);
        if (!fresh && entry != null && age(entry) < Math.min(timeToLive, YOUNG.toNanos())) {
          return CompletableFuture.completedFuture(entry.value());
        }
        CompletableFuture<T> shared = underWay.get(name);
        first = shared == null;
        answer = shared == null ? new CompletableFuture<>() : shared;
        if (first) {
          underWay.put(name, answer);
        }
      }
      if (first) {
        read(name, answer);
      }
      return fresh ? answer : answer.exceptionally(problem -> older(name, problem));
    }

    private void read(String name, CompletableFuture<T> answer) {
      var _ =
          read.apply(name)
              .whenComplete((value, problem) -> {
                synchronized (this) {
                  underWay.remove(name, answer);
                  if (problem == null) {
                    remember(name, value);
                  }
                }
                if (problem == null) {
                  answer.complete(value);
                } else {
                  answer.completeExceptionally(problem);
                }
              });
    }

    private void remember(String name, T value) {
      boolean stranger = unknown.test(value);
      (stranger ? known : strangers).remove(name);
      if (timeToLive > 0) {
        (stranger ? strangers : known).put(name, new Entry<>(value, nanoTime.getAsLong()));
      }
    }

    private T older(String name, Throwable problem) {
      synchronized (this) {
        Entry<T> entry = entry(name);
        if (entry != null && age(entry) < timeToLive) {
          return entry.value();
        }
      }
      throw new java.util.concurrent.CompletionException(problem);
    }

    private @Nullable Entry<T> entry(String name) {
      Entry<T> entry = known.get(name);
      return entry == null ? strangers.get(name) : entry;
    }

    private long age(Entry<T> entry) {
      return nanoTime.getAsLong() - entry.readAt();
    }

    synchronized void forget() {
      known.clear();
      strangers.clear();
    }
  }
}
