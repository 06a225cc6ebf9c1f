import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Build step: fetches the packages of `package-lock.json` beside this file by npm, and writes the
/// tables of each PostgreSQL version that [LalrExtract] reads out of them. Does nothing when the
/// tables are there and neither the lock nor this program has changed.
///
/// Arguments: the folder of this file, a folder to work in, the folder that the tables go to.
final class GrammarBuild {
  private static final int OLDEST = 13;
  private static final int NEWEST = 18;
  private static final int NPM_MINUTES = 10;
  private static final List<String> SOURCES =
      List.of("package.json", "package-lock.json", "GrammarBuild.java", "LalrExtract.java");

  private final Path sources;
  private final Path work;
  private final Path out;

  private GrammarBuild(Path sources, Path work, Path out) {
    this.sources = sources;
    this.work = work;
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    GrammarBuild build =
        new GrammarBuild(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    try {
      build.run();
    } catch (BuildException e) {
      System.err.println("[ERROR] " + e.getMessage()); // as Maven marks its own
      System.exit(1);
    }
  }

  private void run() throws IOException, InterruptedException {
    String tables = digest(SOURCES);
    if (isStamped(work.resolve("tables.stamp"), tables) && complete()) {
      return;
    }
    fetch();
    Files.createDirectories(out);
    for (int major = OLDEST; major <= NEWEST; major++) {
      Path wasm = work.resolve("node_modules/pg" + major + "/wasm/libpg-query.wasm");
      byte[] found;
      try {
        found = new LalrExtract(Files.readAllBytes(wasm)).tables(major);
      } catch (IllegalStateException | IndexOutOfBoundsException e) {
        throw new BuildException("no grammar tables found in " + wasm + ": " + e);
      }
      Path part = out.resolve("pg" + major + ".part");
      Files.write(part, found);
      Files.move(part, table(major), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(work.resolve("tables.stamp"), tables);
  }

  private Path table(int major) {
    return out.resolve("pg" + major + ".lalr");
  }

  private boolean complete() {
    for (int major = OLDEST; major <= NEWEST; major++) {
      if (!Files.exists(table(major))) {
        return false;
      }
    }
    return true;
  }

  /// What npm unpacked stays until the lock changes: the tests ask the packages too.
  private void fetch() throws IOException, InterruptedException {
    String lock = digest(List.of("package.json", "package-lock.json"));
    Path stamp = work.resolve("packages.stamp");
    if (isStamped(stamp, lock)) {
      return;
    }
    Files.createDirectories(work);
    Files.deleteIfExists(stamp);
    for (String file : List.of("package.json", "package-lock.json")) {
      Files.copy(sources.resolve(file), work.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    npm();
    Files.writeString(stamp, lock);
  }

  private void npm() throws IOException, InterruptedException {
    boolean windows = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
    Path log = work.resolve("npm.log").toAbsolutePath();
    ProcessBuilder command =
        new ProcessBuilder(
            windows ? "npm.cmd" : "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    command.directory(work.toFile()).redirectErrorStream(true).redirectOutput(log.toFile());
    Process npm;
    try {
      npm = command.start();
    } catch (IOException e) {
      throw new BuildException(
          "npm is needed to fetch PostgreSQL's grammar and was not found; install Node.js with npm"
              + " 7 or later (Debian, Ubuntu: apt-get install nodejs npm)");
    }
    if (!npm.waitFor(NPM_MINUTES, TimeUnit.MINUTES)) {
      npm.destroyForcibly();
      throw new BuildException("npm ci did not end within " + NPM_MINUTES + " minutes; see " + log);
    }
    if (npm.exitValue() != 0) {
      String said = Files.readString(log).lines().filter(line -> line.contains("error"))
          .findFirst().orElse("no reason given");
      throw new BuildException("npm ci failed (" + said.strip() + "); see " + log);
    }
  }

  private static boolean isStamped(Path stamp, String digest) throws IOException {
    try {
      return Files.readString(stamp).equals(digest);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private String digest(List<String> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String file : files) {
        digest.update(file.getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(sources.resolve(file)));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Has one sentence for whoever builds.
  private static final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BuildException(String message) {
      super(message);
    }
  }
}
