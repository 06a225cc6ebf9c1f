package org.relevo.proxy.pcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.relevo.proxy.config.SettingState;
import org.relevo.proxy.console.ConsoleSource;
import org.relevo.proxy.console.NodeState;
import org.relevo.proxy.console.PgpoolView;

/// Answers commands. Owner: none; called on virtual threads, may block.
final class PcpCommands {
  private static final long PICTURE_MS = 10_000;

  private final ConsoleSource source;
  private final PcpActs acts;
  private final Supplier<PcpVersion> version;

  PcpCommands(ConsoleSource source, PcpActs acts, Supplier<PcpVersion> version) {
    this.source = source;
    this.acts = acts;
    this.version = version;
  }

  /// @param who for the log
  /// @return messages to send in order
  /// @throws PcpException when it is refused
  List<byte[]> answer(PcpRequest request, String who) {
    try {
      return switch (request.type()) {
        case 'L' -> List.of(PcpReply.done('l', List.of(Integer.toString(source.nodes().size()))));
        case 'I' -> nodeInfo(request.number());
        case 'N' -> processCount();
        case 'P' -> processInfo(request.number());
        case 'B' -> poolStatus();
        case 'H' -> healthStats(request.number());
        case 'W' -> watchdog(request.number());
        case 'C' -> act('c', () -> acts.attach(known(request), who));
        case 'D' -> act('d', () -> acts.detach(known(request), false, who));
        case 'd' -> act('d', () -> acts.detach(known(request), true, who));
        case 'J', 'j' -> act('d', () -> acts.promote(known(request), who));
        case 'O' -> act('c', () -> acts.recover(known(request), who));
        case 'T', 't' -> stop(request, who);
        case 'Z' -> act('z', () -> acts.reload(who));
        case 'V' -> act('v', () -> acts.rotateLog(who));
        // There is no query cache: it is empty.
        case 'G' -> List.of(PcpReply.done('g'));
        case 'A' -> setParameter(request);
        default -> throw PcpException.error("08P01", "unknown PCP packet type " + request.type());
      };
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw PcpException.error("55000", String.valueOf(e.getMessage()));
    }
  }

  private static List<byte[]> act(char type, Runnable work) {
    work.run();
    return List.of(PcpReply.done(type));
  }

  private int known(PcpRequest request) {
    return node(request.number()).view().id().value();
  }

  private NodeState node(int id) {
    return source.nodes().stream()
        .filter(each -> each.view().id().value() == id)
        .findFirst()
        .orElseThrow(() -> PcpException.error("22023", "invalid node ID : " + id));
  }

  private List<byte[]> nodeInfo(int id) {
    List<NodeState> all = source.nodes();
    List<NodeState> wanted = id == -1 ? all : List.of(node(id));
    double weights = all.stream().mapToDouble(NodeState::weight).sum();
    List<byte[]> answers = new ArrayList<>();
    answers.add(PcpReply.arraySize('i', wanted.size()));
    for (NodeState each : wanted) {
      List<String> fields = version.get().node(PcpRows.node(each, weights));
      answers.add(PcpReply.row('i', "NodeInfo", fields));
    }
    answers.add(PcpReply.done('i'));
    return answers;
  }

  private List<byte[]> processCount() {
    List<String> ids = await(PgpoolView.processes(source)).stream().map(List::getFirst).toList();
    List<String> fields = new ArrayList<>();
    fields.add(Integer.toString(ids.size()));
    fields.addAll(ids);
    return List.of(PcpReply.done('n', fields));
  }

  private List<byte[]> processInfo(int process) {
    List<List<String>> all =
        PcpRows.processes(await(PgpoolView.pools(source)), await(PgpoolView.processes(source)));
    List<List<String>> wanted =
        all.stream()
            .filter(row -> process == 0 || row.getFirst().equals(Integer.toString(process)))
            .toList();
    if (wanted.isEmpty() && process != 0) {
      throw PcpException.error("22023", "invalid process ID : " + process);
    }
    List<byte[]> answers = new ArrayList<>();
    answers.add(PcpReply.arraySize('p', wanted.size()));
    wanted.forEach(
        row -> answers.add(PcpReply.row('p', "ProcessInfo", version.get().process(row))));
    answers.add(PcpReply.done('p'));
    return answers;
  }

  private List<byte[]> poolStatus() {
    List<SettingState> settings = source.settings();
    List<byte[]> answers = new ArrayList<>();
    answers.add(PcpReply.binaryArraySize('b', settings.size()));
    for (SettingState each : settings) {
      answers.add(
          PcpReply.row(
              'b', "ProcessConfig", List.of(each.name(), each.value(), each.description())));
    }
    answers.add(PcpReply.done('b'));
    return answers;
  }

  private List<byte[]> healthStats(int id) {
    node(id);
    List<String> row =
        await(PgpoolView.health(source)).stream()
            .filter(each -> each.getFirst().equals(Integer.toString(id)))
            .findFirst()
            .orElseThrow(() -> PcpException.error("22023", "invalid node ID : " + id));
    return List.of(PcpReply.done('h', row));
  }

  private List<byte[]> watchdog(int index) {
    return acts.members()
        .map(status -> List.of(PcpReply.done('w', List.of(WatchdogJson.of(status, index)))))
        .orElseThrow(() ->
            PcpException.error(
                "55000", "there is no watchdog: this service is in no quorum (quorum_members)"));
  }

  private List<byte[]> stop(PcpRequest request, String who) {
    char mode = request.lastLetter();
    if (mode != 's' && mode != 'f' && mode != 'i') {
      throw PcpException.error("22023", "the way to stop is s, f or i");
    }
    acts.stop(mode, who);
    return List.of(PcpReply.done('t'));
  }

  private static List<byte[]> setParameter(PcpRequest request) {
    List<String> texts = request.texts();
    if (texts.size() < 2
        || !texts.getFirst().toLowerCase(Locale.ROOT).equals("client_min_messages")) {
      throw PcpException.error("42704", "only client_min_messages can be set");
    }
    return List.of(PcpReply.done('a'));
  }

  private static <T> T await(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PICTURE_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | CompletionException e) {
      throw PcpException.error("XX000", "no picture of the clients: " + e.getCause());
    } catch (TimeoutException _) {
      throw PcpException.error("57014", "no picture of the clients within " + PICTURE_MS + " ms");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw PcpException.error("57014", "interrupted");
    }
  }
}
