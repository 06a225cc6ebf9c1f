package org.relevo.proxy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.relevo.jmx.server.Caller;
import org.relevo.proxy.agent.Journal;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.config.PairConfig;
import org.relevo.proxy.config.ProxyConfig;
import org.relevo.proxy.config.RaftSettings;
import org.relevo.proxy.consensus.ClusterLog;
import org.relevo.proxy.consensus.LocalLog;
import org.relevo.proxy.consensus.Machine;
import org.relevo.proxy.consensus.QuorumMember;
import org.relevo.proxy.consensus.QuorumSettings;
import org.relevo.proxy.consensus.RatisLog;
import org.relevo.proxy.consensus.SwitchedLog;
import org.relevo.proxy.core.Place;
import org.relevo.proxy.pair.BeatKey;
import org.relevo.proxy.pair.PairBean;
import org.relevo.proxy.pair.PairKeeper;
import org.relevo.proxy.pair.PairSettings;
import org.relevo.proxy.pair.PairTiming;
import org.relevo.proxy.tls.MemberTls;

/// Opens the cluster's log: one that members share, or the service's own.
final class Quorums {
  private static final String RAFT = "raft";
  private static final String ALONE = "cluster";
  private static final MemberId UNNAMED = new MemberId("local");
  private static final int MOST_KEY = 4096;
  private static final Duration LEAST_PROPOSAL = Duration.ofSeconds(5);

  private Quorums() {}

  /// @param raft empty when the service is alone; nothing of the quorum's library is loaded then
  /// @throws IOException naming the setting or file that cannot be used
  static ClusterLog open(
      Optional<RaftSettings> raft, String proxyId, Path dataDirectory, Machine machine)
      throws IOException {
    if (raft.isPresent()) {
      return join(raft.get(), dataDirectory, machine);
    }
    return LocalLog.open(self(proxyId), dataDirectory.resolve(ALONE), machine);
  }

  /// Whether this service may have taken part before: the files of its log are there.
  static boolean known(Optional<RaftSettings> raft, Path dataDirectory) {
    return Files.exists(dataDirectory.resolve(raft.isPresent() ? RAFT : ALONE));
  }

  /// One machine of two that do without a third, before it takes part; empty when it is none.
  ///
  /// @throws IOException naming the setting or file that cannot be used
  static Optional<Pair> pair(ProxyConfig config, Journal journal) throws IOException {
    if (config.raft().flatMap(RaftSettings::pair).isEmpty()) {
      return Optional.empty();
    }
    RaftSettings raft = config.raft().orElseThrow();
    PairConfig pair = raft.pair().orElseThrow();
    Path dataDirectory = config.service().dataDirectory();
    SwitchedLog log = new SwitchedLog(settings(raft, dataDirectory), Machine.ofCluster());
    List<Place> signs = new ArrayList<>();
    signs.add(new Place(pair.other().host(), 0));
    signs.add(new Place(pair.other().host(), pair.other().port()));
    config.backends().stream()
        .filter(each ->
            config
                .cluster()
                .map(now -> now.agents().get(each.id()))
                .filter(pair.other().id()::equals)
                .isPresent())
        .forEach(each -> signs.add(new Place(each.host(), each.port())));
    PairSettings settings =
        new PairSettings(
            raft.self(),
            pair.other().id(),
            key(pair.keyFile()),
            pair.ways().stream()
                .map(each -> new PairSettings.Way(each.own(), each.other()))
                .toList(),
            pair.keepalive(),
            new PairTiming(
                ms(pair.warnTime()),
                ms(pair.deadTime()),
                ms(pair.initDead()),
                ms(pair.fenceDelay()),
                ms(pair.fenceRetry())),
            pair.pingNodes(),
            pair.fence()
                .map(each -> new PairSettings.Fence(each.program(), each.options(), each.limit())),
            signs);
    PairKeeper keeper = new PairKeeper(settings, log, dataDirectory, journal);
    return Optional.of(
        new Pair(log, keeper, new PairBean(keeper, journal, () -> Caller.current().toString())));
  }

  /// The log, who opens and shuts it, and what is seen of that.
  record Pair(SwitchedLog log, PairKeeper keeper, PairBean bean) {}

  private static BeatKey key(Path file) throws IOException {
    byte[] key = Files.readAllBytes(file);
    if (key.length < BeatKey.LEAST_BYTES || key.length > MOST_KEY) {
      throw new IOException(
          "pair_key_file: '%s' has %d bytes, not %d to %d"
              .formatted(file, key.length, BeatKey.LEAST_BYTES, MOST_KEY));
    }
    if (Files.getFileStore(file).supportsFileAttributeView("posix")
        && Files.getPosixFilePermissions(file).stream()
            .anyMatch(each -> each.name().startsWith("OTHERS"))) {
      throw new IOException("pair_key_file: everybody may use '%s'; chmod 0600".formatted(file));
    }
    return new BeatKey(key);
  }

  private static int ms(Duration time) {
    return Math.toIntExact(time.toMillis());
  }

  static RatisLog join(RaftSettings raft, Path dataDirectory, Machine machine) throws IOException {
    return RatisLog.open(settings(raft, dataDirectory), machine);
  }

  /// A service alone is nobody's peer, so any name will do.
  private static MemberId self(String proxyId) {
    try {
      return new MemberId(proxyId);
    } catch (IllegalArgumentException _) {
      return UNNAMED;
    }
  }

  private static QuorumSettings settings(RaftSettings raft, Path dataDirectory) throws IOException {
    Optional<MemberTls> tls = Optional.empty();
    if (raft.files().isPresent()) {
      RaftSettings.Files files = raft.files().get();
      tls = Optional.of(MemberTls.read(files.certificate(), files.key(), files.authorities()));
    }
    List<QuorumMember> members =
        raft.members().stream()
            .map(each -> new QuorumMember(each.id(), each.kind(), each.host(), each.port()))
            .toList();
    Duration proposal = raft.election().multipliedBy(5);
    return new QuorumSettings(
        raft.clusterName(),
        raft.self(),
        members,
        raft.listenHost(),
        raft.listenPort(),
        dataDirectory.resolve(RAFT),
        tls,
        raft.election(),
        proposal.compareTo(LEAST_PROPOSAL) > 0 ? proposal : LEAST_PROPOSAL);
  }
}
