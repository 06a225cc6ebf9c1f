package org.relevo.proxy.auth.external;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.config.Secret;

/// Checks passwords and accounts by the system's PAM (`libpam.so.0`).
///
/// Blocks for as long as PAM's modules do, and holds a thread of the system meanwhile. Thread-safe.
// Calling a C library is what this class is for.
@SuppressWarnings("restricted")
public final class PamCheck {
  private static final String LIBRARY = "libpam.so.0";
  private static final int SUCCESS = 0;
  private static final int BUFFER_ERROR = 5;
  private static final int CONVERSATION_ERROR = 19;
  private static final int RHOST = 4;
  private static final int PROMPT_ECHO_OFF = 1;
  private static final int ERROR_MESSAGE = 3;
  private static final int TEXT_INFO = 4;
  // PAM_MAX_NUM_MSG
  private static final int MAX_MESSAGES = 32;

  /// `struct pam_message { int style; const char *text; }` and `struct pam_response { char *text;
  /// int unused; }`
  private static final long STRUCT_BYTES = 16;

  private static volatile @Nullable PamCheck loaded;

  private final MethodHandle start;
  private final MethodHandle setItem;
  private final MethodHandle authenticate;
  private final MethodHandle account;
  private final MethodHandle end;
  private final MethodHandle calloc;
  private final MethodHandle strdup;

  private PamCheck() {
    Linker linker = Linker.nativeLinker();
    SymbolLookup pam = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
    start = handle(linker, pam, "pam_start", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    setItem = handle(linker, pam, "pam_set_item", ADDRESS, JAVA_INT, ADDRESS);
    authenticate = handle(linker, pam, "pam_authenticate", ADDRESS, JAVA_INT);
    account = handle(linker, pam, "pam_acct_mgmt", ADDRESS, JAVA_INT);
    end = handle(linker, pam, "pam_end", ADDRESS, JAVA_INT);
    SymbolLookup system = linker.defaultLookup();
    calloc =
        linker.downcallHandle(
            system.findOrThrow("calloc"), FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
    strdup =
        linker.downcallHandle(
            system.findOrThrow("strdup"), FunctionDescriptor.of(ADDRESS, ADDRESS));
  }

  private static MethodHandle handle(
      Linker linker, SymbolLookup library, String name, MemoryLayout... arguments) {
    return linker.downcallHandle(
        library.findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }

  /// @throws CheckFailed when this machine has no PAM
  public static PamCheck load() throws CheckFailed {
    PamCheck known = loaded;
    if (known != null) {
      return known;
    }
    try {
      PamCheck made = new PamCheck();
      loaded = made;
      return made;
    } catch (IllegalArgumentException | java.util.NoSuchElementException e) {
      throw new CheckFailed(
          "this machine has no " + LIBRARY + "; install the package libpam0g or pam", e);
    }
  }

  /// @param service names a file in `/etc/pam.d`
  /// @param remoteHost address or name of the client, for PAM's own rules and logs
  /// @return whether PAM lets the user in with this password
  /// @throws CheckFailed when PAM itself does not work
  public boolean check(String service, String user, Secret password, Optional<String> remoteHost)
      throws CheckFailed {
    if (service.indexOf('\0') >= 0
        || user.indexOf('\0') >= 0
        || password.value().indexOf('\0') >= 0) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment secret = arena.allocateFrom(password.value());
      try {
        return converse(arena, service, user, secret, remoteHost);
      } finally {
        secret.fill((byte) 0);
      }
    }
  }

  private boolean converse(
      Arena arena, String service, String user, MemorySegment secret, Optional<String> remoteHost)
      throws CheckFailed {
    MemorySegment conversation = arena.allocate(2 * ADDRESS.byteSize(), ADDRESS.byteAlignment());
    conversation.set(ADDRESS, 0, callback(arena, secret));
    MemorySegment handleOut = arena.allocate(ADDRESS);
    int started =
        call(start, arena.allocateFrom(service), arena.allocateFrom(user), conversation, handleOut);
    if (started != SUCCESS) {
      throw new CheckFailed("PAM service '" + service + "' cannot be used: error " + started);
    }
    MemorySegment handle = handleOut.get(ADDRESS, 0);
    int result = SUCCESS;
    try {
      if (remoteHost.isPresent()) {
        result = call(setItem, handle, RHOST, arena.allocateFrom(remoteHost.get()));
      }
      if (result == SUCCESS) {
        result = call(authenticate, handle, 0);
      }
      if (result == SUCCESS) {
        result = call(account, handle, 0);
      }
      return result == SUCCESS;
    } finally {
      int _ = call(end, handle, result);
    }
  }

  private static int call(MethodHandle function, Object... arguments) throws CheckFailed {
    try {
      return (int) function.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new CheckFailed("PAM call failed", e);
    }
  }

  private MemorySegment callback(Arena arena, MemorySegment secret) {
    try {
      MethodHandle target =
          MethodHandles.lookup()
              .findVirtual(
                  Answers.class,
                  "answer",
                  MethodType.methodType(
                      int.class,
                      int.class,
                      MemorySegment.class,
                      MemorySegment.class,
                      MemorySegment.class))
              .bindTo(new Answers(secret));
      return Linker.nativeLinker()
          .upcallStub(
              target, FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, ADDRESS), arena);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the conversation has another form", e);
    }
  }

  /// Gives PAM the password when it asks for something that is not shown.
  private final class Answers {
    private final MemorySegment secret;

    Answers(MemorySegment secret) {
      this.secret = secret;
    }

    /// @param messages array of pointers
    /// @param responses gets an array that PAM frees
    // Called by PAM; nothing may be thrown into it.
    @SuppressWarnings("unused")
    int answer(int count, MemorySegment messages, MemorySegment responses, MemorySegment unused) {
      if (count < 1 || count > MAX_MESSAGES) {
        return CONVERSATION_ERROR;
      }
      try {
        MemorySegment pointers = messages.reinterpret(count * ADDRESS.byteSize());
        MemorySegment array =
            ((MemorySegment) calloc.invokeExact((long) count, STRUCT_BYTES))
                .reinterpret(count * STRUCT_BYTES);
        if (array.address() == 0) {
          return BUFFER_ERROR;
        }
        // PAM frees nothing after an error; what was made before it is then lost, as it is rare.
        for (int i = 0; i < count; i++) {
          MemorySegment message = pointers.getAtIndex(ADDRESS, i).reinterpret(STRUCT_BYTES);
          switch (message.get(JAVA_INT, 0)) {
            case PROMPT_ECHO_OFF ->
                array.set(ADDRESS, i * STRUCT_BYTES, (MemorySegment) strdup.invokeExact(secret));
            case ERROR_MESSAGE, TEXT_INFO -> {
              // nobody is there to read it
            }
            default -> {
              return CONVERSATION_ERROR;
            }
          }
        }
        responses.reinterpret(ADDRESS.byteSize()).set(ADDRESS, 0, array);
        return SUCCESS;
      } catch (Throwable _) {
        return CONVERSATION_ERROR;
      }
    }
  }
}
