package org.relevo.proxy.onlinerecovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveKeeperTest {
  @TempDir Path folder;

  @Test
  void anothersCommandIsKnown() {
    String own = ArchiveKeeper.command(Path.of("/var/lib/a-1"));
    assertThat(ArchiveKeeper.ownFolder(own)).contains(Path.of("/var/lib/a-1"));
    assertThat(ArchiveKeeper.foreign(own)).isFalse();
    assertThat(ArchiveKeeper.foreign("")).isFalse();
    assertThat(ArchiveKeeper.foreign("exit 0")).isFalse();
    assertThat(ArchiveKeeper.foreign("pgbackrest --stanza=main archive-push %p")).isTrue();
    assertThat(ArchiveKeeper.foreign("test -f /a/%f || cp %p /a/%f")).isTrue();
    assertThat(ArchiveKeeper.foreign(own + "; true")).isTrue();
  }

  @Test
  void onlySegmentsOfThisArchivingAreDeleted() throws IOException {
    FileTime since = FileTime.fromMillis(2_000_000);
    Path older = file("000000010000000000000001", 1_999_999);
    Path other = file("notes", 3_000_000);
    Path history = file("00000002.history", 2_000_000);
    Path segment = file("000000010000000000000002", 3_000_000);
    Path partial = file(".000000010000000000000003.new", 3_000_000);
    assertThat(ArchiveKeeper.clean(folder, since)).isEqualTo(3);
    assertThat(older).exists();
    assertThat(other).exists();
    assertThat(history).doesNotExist();
    assertThat(segment).doesNotExist();
    assertThat(partial).doesNotExist();
  }

  private Path file(String name, long modifiedMs) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "");
    return Files.setLastModifiedTime(file, FileTime.fromMillis(modifiedMs));
  }
}
