package org.relevo.jmx.ctl;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `config import-heartbeat DIR`: needs no service.
@Command(
    name = "import-heartbeat",
    description =
        "Prints the settings that do what Heartbeat's ha.cf, haresources and authkeys did.")
final class ImportHeartbeatCommand implements Callable<Integer> {
  private static final String KEY = "pair.key";

  @Spec
  @SuppressWarnings("NullAway.Init") // Injected by picocli.
  CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Parameters(paramLabel = "DIR", description = "Folder with the files, such as /etc/ha.d.")
  @SuppressWarnings("NullAway.Init") // Injected by picocli.
  Path folder;

  @Option(
      names = "--member",
      paramLabel = "NODE",
      defaultValue = "",
      description = "Which of the nodes the settings are for; the first when not given.")
  String member = "";

  @Option(
      names = "--witness",
      paramLabel = "NAME=HOST[:PORT]",
      defaultValue = "",
      description = "A third machine that only votes; without one the two are a pair.")
  String witness = "";

  @Option(
      names = "--write",
      paramLabel = "FILE",
      description = "Adds them to the end of this configuration.")
  @Nullable Path file;

  @Override
  public Integer call() throws IOException {
    if (!witness.isEmpty() && !witness.matches("[^=\\s]+=[^=\\s]+")) {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "--witness is written as NAME=HOST[:PORT]");
    }
    HeartbeatFiles.Imported imported = HeartbeatFiles.read(folder, member, witness);
    List<String> lines = imported.lines();
    PrintWriter out = spec.commandLine().getOut();
    lines.forEach(out::println);
    if (file != null) {
      Files.write(
          file,
          ("\n" + String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.APPEND);
      key(file.toAbsolutePath().resolveSibling(KEY), imported.key(), out);
    }
    return ExitCode.DONE;
  }

  /// One that is there already stays.
  private static void key(Path file, String key, PrintWriter out) throws IOException {
    if (key.isEmpty()) {
      return;
    }
    if (Files.exists(file)) {
      out.println("# " + file + " is there already and stays");
      return;
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, key + "\n");
  }
}
