package org.relevo.proxy.netlink;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The few functions of the system library that sockets of the kernel need.
@SuppressWarnings("restricted") // the service is started with native access
final class Libc {
  static final int SOCK_RAW = 3;
  static final int SOCK_CLOEXEC = 0x80000;

  private static final int EAGAIN = 11;
  private static final int EINTR = 4;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SOCKET =
      find("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle BIND =
      find("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SENDTO =
      find(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECV =
      find("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      find(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle CLOSE =
      find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private Libc() {}

  private static MethodHandle find(String name, FunctionDescriptor shape) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), shape, Linker.Option.captureCallState("errno"));
  }

  /// A call of the system that has failed.
  static final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;

    final int errno;

    ErrnoException(String what, int errno) {
      super(what + ": " + text(errno));
      this.errno = errno;
    }
  }

  static String text(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static int socket(int family, int type, int protocol) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) SOCKET.invokeExact(state, family, type | SOCK_CLOEXEC, protocol);
      return Math.toIntExact(checked("socket", state, result));
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void bind(int socket, byte[] address) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) BIND.invokeExact(state, socket, bytes(arena, address), address.length);
      var _ = checked("bind", state, result);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// @param address empty for a socket that needs none
  static void send(int socket, byte[] data, byte[] address) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment to = address.length == 0 ? MemorySegment.NULL : bytes(arena, address);
      long result =
          (long)
              SENDTO.invokeExact(
                  state, socket, bytes(arena, data), (long) data.length, 0, to, address.length);
      var _ = checked("send", state, result);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  /// Waits as long as SO_RCVTIMEO says.
  ///
  /// @return empty when nothing came
  static byte[] receive(int socket, int most) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment buffer = arena.allocate(most);
      long result = (long) RECV.invokeExact(state, socket, buffer, (long) most, 0);
      if (result < 0) {
        int errno = (int) ERRNO.get(state, 0L);
        if (errno == EAGAIN || errno == EINTR) {
          return new byte[0];
        }
      }
      long length = checked("recv", state, result);
      return buffer.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void option(int socket, int level, int name, byte[] value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      option(socket, level, name, bytes(arena, value));
    }
  }

  static void option(int socket, int level, int name, MemorySegment value) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result =
          (int) SETSOCKOPT.invokeExact(state, socket, level, name, value, (int) value.byteSize());
      var _ = checked("setsockopt", state, result);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  static void close(int socket) {
    try (Arena arena = Arena.ofConfined()) {
      int _ = (int) CLOSE.invokeExact(arena.allocate(STATE), socket);
    } catch (Throwable e) {
      throw impossible(e);
    }
  }

  private static MemorySegment bytes(Arena arena, byte[] content) {
    return arena.allocateFrom(java.lang.foreign.ValueLayout.JAVA_BYTE, content);
  }

  private static long checked(String what, MemorySegment state, long result) throws IOException {
    if (result < 0) {
      throw new ErrnoException(what, (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  private static IllegalStateException impossible(Throwable e) {
    return new IllegalStateException(e);
  }
}
