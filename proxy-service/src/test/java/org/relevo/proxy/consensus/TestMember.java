package org.relevo.proxy.consensus;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.cluster.Member;
import org.relevo.proxy.cluster.MemberId;
import org.relevo.proxy.consensus.ClusterLog.Outcome;
import org.relevo.proxy.testkit.Await;
import org.relevo.proxy.testkit.Pki;
import org.relevo.proxy.tls.MemberTls;

/// A member in this process that can be stopped, started again and wiped. Owner: the test.
final class TestMember implements AutoCloseable {
  static final Duration ELECTION = Duration.ofMillis(500);
  static final Duration PROPOSAL = Duration.ofSeconds(5);

  private final QuorumSettings settings;
  private final Machine machine;
  private @Nullable RatisLog log;

  private TestMember(QuorumSettings settings, Machine machine) {
    this.settings = settings;
    this.machine = machine;
  }

  /// Members `a`, `b`, … on free ports of this machine.
  static List<QuorumMember> members(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    List<QuorumMember> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      MemberId id = new MemberId(String.valueOf((char) ('a' + i)));
      members.add(new QuorumMember(id, Member.Kind.SERVICE, "127.0.0.1", socket.getLocalPort()));
    }
    for (ServerSocket socket : held) {
      socket.close();
    }
    return members;
  }

  /// @param folder takes the storage and the certificate's files
  static TestMember start(
      Path folder, String name, List<QuorumMember> members, @Nullable Pki authority)
      throws IOException, GeneralSecurityException {
    return start(folder, name, members, authority, new TestMachine());
  }

  static TestMember start(
      Path folder,
      String name,
      List<QuorumMember> members,
      @Nullable Pki authority,
      Machine machine)
      throws IOException, GeneralSecurityException {
    Optional<MemberTls> tls = Optional.empty();
    if (authority != null) {
      Path own = Files.createDirectories(folder.resolve("tls-" + name));
      Pki.Issued issued = authority.issue(name, "127.0.0.1");
      tls =
          Optional.of(
              MemberTls.read(
                  issued.writeCertificate(own.resolve("member.pem")),
                  issued.writeKey(own.resolve("member.key")),
                  authority.writeAuthority(own.resolve("ca.pem"))));
    }
    MemberId id = new MemberId(name);
    QuorumMember self =
        members.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
    TestMember member =
        new TestMember(
            new QuorumSettings(
                "test",
                id,
                members,
                "127.0.0.1",
                self.port(),
                folder.resolve("raft-" + name),
                tls,
                ELECTION,
                PROPOSAL),
            machine);
    member.start();
    return member;
  }

  void start() throws IOException {
    log = RatisLog.open(settings, machine);
  }

  RatisLog log() {
    return java.util.Objects.requireNonNull(log, "stopped");
  }

  MemberId id() {
    return settings.self();
  }

  boolean runs() {
    return log != null;
  }

  boolean leads() {
    return log != null && log.leadership().self();
  }

  Outcome commit(String reason) throws Exception {
    return log().propose(TestMachine.pause(reason)).toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  List<String> reasons() {
    return TestMachine.reasons(log().state());
  }

  void awaitReason(String reason) {
    Await.until(() -> id() + " " + log().status(), () -> reasons().contains(reason));
  }

  void wipe() throws IOException {
    try (Stream<Path> files = Files.walk(settings.directory())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// The one of them that leads and is ready.
  static TestMember awaitLeader(List<TestMember> members) {
    Await.until(
        () ->
            "no leader: "
                + members.stream().filter(TestMember::runs).map(TestMember::told).toList(),
        () -> members.stream().anyMatch(TestMember::leads));
    return members.stream().filter(TestMember::leads).findFirst().orElseThrow();
  }

  private String told() {
    return log().status().toString();
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
      log = null;
    }
  }
}
