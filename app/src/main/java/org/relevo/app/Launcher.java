package org.relevo.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.application.Application;

/// Starts the desktop. It does not extend `Application`, so that it also works from the class path,
/// and it chooses how to draw before the toolkit starts.
public final class Launcher {
  static final int EXIT_BAD_ARGUMENTS = 7;

  private Launcher() {}

  public static void main(String[] arguments) {
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    if (List.of(arguments).contains("--help")) {
      new PrintStream(System.out, true, StandardCharsets.UTF_8).print(Options.USAGE);
      return;
    }
    Options options;
    try {
      options = Options.parse(List.of(arguments));
      if (options.credentials().isPresent()) {
        RelevoApp.firstRequest = Credentials.read(options.credentials().get());
      }
    } catch (Options.BadOptions | IOException e) {
      err.println("relevo app: " + e.getMessage());
      System.exit(EXIT_BAD_ARGUMENTS);
      return;
    }
    if (options.screenshot().isPresent()) {
      System.setProperty("glass.platform", "Headless");
      System.setProperty("prism.order", "sw");
    } else if (!displayThere(System.getenv())) {
      err.println(
          "relevo app: no display (DISPLAY and WAYLAND_DISPLAY are empty): run it in a desktop"
              + " session or under xvfb-run, or use --screenshot FILE, which needs none");
      System.exit(EXIT_BAD_ARGUMENTS);
      return;
    }
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "logback-app.xml");
    }
    RelevoApp.options = options;
    Application.launch(RelevoApp.class);
    System.exit(RelevoApp.exitCode);
  }

  private static boolean displayThere(Map<String, String> environment) {
    boolean linux = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux");
    return !linux
        || System.getProperty("glass.platform", "").equals("Headless")
        || !environment.getOrDefault("DISPLAY", "").isEmpty()
        || !environment.getOrDefault("WAYLAND_DISPLAY", "").isEmpty();
  }
}
