package org.relevo.jmx.cache;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Asks the kernel which pages of a file are in its page cache, by `mmap` and `mincore(2)`. Reading
/// is not needed for that, so that looking does not change what is seen.
///
/// Stateless; any thread.
// Calling the C library is what this class is for.
@SuppressWarnings("restricted")
final class PageCache {
  private static final long PAGE = 4096;
  private static final long CHUNK = 256L * 1024 * 1024;

  private final MethodHandle mincore;

  private PageCache(MethodHandle mincore) {
    this.mincore = mincore;
  }

  /// Empty where there is no `mincore`.
  static Optional<PageCache> ofSystem() {
    if (!System.getProperty("os.name", "").startsWith("Linux")) {
      return Optional.empty();
    }
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("mincore")
        .map(address ->
            new PageCache(
                linker.downcallHandle(
                    address, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS))));
  }

  /// Since Linux 5.1 the kernel tells only who could write the file; to others it says that all of
  /// it is there.
  static boolean mayKnow(Path file) {
    return Files.isReadable(file) && Files.isWritable(file);
  }

  /// Bytes of a file that are in the page cache.
  ///
  /// @throws IOException when the file is gone or may not be looked at
  long resident(Path file) throws IOException {
    if (!mayKnow(file)) {
      throw new IOException(file + " belongs to another account");
    }
    long pages = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      for (long at = 0; at < size; at += CHUNK) {
        pages += pages(channel, at, Math.min(CHUNK, size - at));
      }
      return Math.min(size, pages * PAGE);
    }
  }

  private long pages(FileChannel channel, long at, long length) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, at, length, arena);
      long count = (length + PAGE - 1) / PAGE;
      MemorySegment found = arena.allocate(count);
      int result = (int) mincore.invokeExact(mapped, length, found);
      if (result != 0) {
        throw new IOException("mincore refuses");
      }
      long pages = 0;
      for (long i = 0; i < count; i++) {
        pages += found.get(JAVA_BYTE, i) & 1;
      }
      return pages;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException("mincore cannot be called", e);
    }
  }
}
