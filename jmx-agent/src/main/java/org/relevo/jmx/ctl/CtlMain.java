package org.relevo.jmx.ctl;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.relevo.jmx.client.AuthenticationFailedException;
import org.relevo.jmx.client.CallTimeoutException;
import org.relevo.jmx.client.ConnectionLostException;
import org.relevo.jmx.client.JmxException;
import org.relevo.jmx.client.MissingMBeanException;
import org.relevo.jmx.client.NotTlsException;
import org.relevo.jmx.client.RoleDeniedException;
import org.relevo.jmx.client.UnknownCertificateException;
import org.relevo.jmx.client.UnreachableException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Unmatched;

/// `relevo ctl`: parses, runs one verb, answers with an exit code and, when it fails, one line.
@Command(
    name = "relevo ctl",
    description = "Manages a Relevo service.",
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      AddressCommand.class,
      AdvisorCommand.class,
      AlertsCommand.class,
      BackendCommand.class,
      BenchCommand.class,
      CacheCommand.class,
      ClusterCommand.class,
      ConfigCommand.class,
      ConsistencyCommand.class,
      ControlCommands.Abort.class,
      ControlCommands.Maintenance.class,
      ControlCommands.Quorum.class,
      PairCommands.Show.class,
      ExplainRouteCommand.class,
      LogsCommand.class,
      MBeanCommand.class,
      NodeCommand.class,
      ObjectViews.Indexes.class,
      ObjectViews.Tables.class,
      PgstatCommand.class,
      PoolCommand.class,
      RecoveryCommands.Archiving.class,
      SessionCommand.class,
      SessionViews.Locks.class,
      SessionViews.Processes.class,
      SessionViews.Progress.class,
      SessionViews.Top.class,
      picocli.AutoComplete.GenerateCompletion.class
    })
public final class CtlMain implements Runnable {
  private static final List<String> LATER = List.of("distribute");
  private static final List<String> LATER_NODE = List.of("promote", "add", "remove");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /// May stand before or behind the verb.
  @Mixin final ConnectOptions connection = new ConnectOptions();

  @Option(scope = ScopeType.INHERIT, names = "--json", description = "Write JSON.")
  boolean json;

  private CtlMain() {}

  public static void main(String[] args) {
    // Only answers belong on the terminal, whatever logging the class path brings.
    if (System.getProperty("slf4j.provider") == null) {
      System.setProperty("slf4j.internal.verbosity", "WARN");
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    }
    PrintWriter out = writer(FileDescriptor.out, "stdout.encoding");
    PrintWriter err = writer(FileDescriptor.err, "stderr.encoding");
    System.exit(execute(args, out, err));
  }

  private static PrintWriter writer(FileDescriptor stream, String encodingProperty) {
    Charset charset = Charset.forName(System.getProperty(encodingProperty, "UTF-8"));
    return new PrintWriter(new FileOutputStream(stream), true, charset);
  }

  /// @return the exit code
  public static int execute(String[] args, PrintWriter out, PrintWriter err) {
    return execute(args, out, err, Terminal.ofProcess());
  }

  static int execute(String[] args, PrintWriter out, PrintWriter err, Terminal terminal) {
    CommandLine line = new CommandLine(new CtlMain());
    line.addSubcommand("switchover", new SwitchoverCommand(terminal));
    line.addSubcommand("failover", new ControlCommands.Failover(terminal));
    line.addSubcommand("confirm-dead", new PairCommands.ConfirmDead(terminal));
    group(line, "node").addSubcommand("attach", new NodeGoalCommand.Attach());
    group(line, "node").addSubcommand("detach", new NodeGoalCommand.Detach());
    group(line, "node").addSubcommand("recover", new RecoveryCommands.Recover(terminal));
    LATER.forEach(verb -> addLater(line, verb));
    LATER_NODE.forEach(verb -> addLater(group(line, "node"), verb));
    line.setOut(out);
    line.setErr(err);
    line.setParameterExceptionHandler((e, _) -> refuse(e, err));
    line.setExecutionExceptionHandler((e, _, _) -> fail(e, err));
    int exitCode = line.execute(args);
    out.flush();
    err.flush();
    return exitCode;
  }

  @Override
  public void run() {
    throw new CtlException(ExitCode.BAD_ARGUMENTS, "no verb given; relevo ctl --help lists them");
  }

  private static CommandLine group(CommandLine line, String name) {
    return Objects.requireNonNull(line.getSubcommands().get(name), name);
  }

  private static void addLater(CommandLine parent, String verb) {
    CommandLine later = new CommandLine(new Later());
    later.setUnmatchedOptionsArePositionalParams(true);
    later.getCommandSpec().usageMessage().hidden(true);
    parent.addSubcommand(verb, later);
  }

  /// A verb of a later version.
  @Command
  static final class Later implements Runnable {
    @Unmatched final List<String> anything = new ArrayList<>();

    @Override
    public void run() {
      throw new CtlException(ExitCode.BAD_ARGUMENTS, "not available yet");
    }
  }

  private static int refuse(ParameterException e, PrintWriter err) {
    err.println(oneLine(e.getMessage() + "; see " + name(e.getCommandLine()) + " --help"));
    return ExitCode.BAD_ARGUMENTS;
  }

  private static String name(CommandLine line) {
    return line.getCommandSpec().qualifiedName();
  }

  private static int fail(Exception e, PrintWriter err) {
    String message = e.getMessage() == null ? e.toString() : e.getMessage();
    err.println(oneLine(message + hint(e)));
    return switch (e) {
      case CtlException own -> own.exitCode();
      case JmxException remote -> exitCode(remote);
      case IllegalArgumentException _ -> ExitCode.BAD_ARGUMENTS;
      case IllegalStateException _ -> ExitCode.SERVER_SIDE;
      case IOException _ -> ExitCode.BAD_ARGUMENTS;
      default -> ExitCode.UNKNOWN;
    };
  }

  private static int exitCode(JmxException e) {
    return switch (e) {
      case AuthenticationFailedException _, RoleDeniedException _ -> ExitCode.AUTHORISATION;
      case CallTimeoutException _ -> ExitCode.TIMEOUT;
      case ConnectionLostException _,
          NotTlsException _,
          UnreachableException _,
          UnknownCertificateException _ ->
          ExitCode.CONNECTION;
      case MissingMBeanException _ -> ExitCode.SERVER_SIDE;
    };
  }

  private static String hint(Exception e) {
    return e instanceof UnknownCertificateException
        ? " (compare with the service's certificate.pem, then give --certificate or --fingerprint)"
        : "";
  }

  private static String oneLine(String text) {
    return "relevo ctl: "
        + text.lines()
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining(" "));
  }
}
