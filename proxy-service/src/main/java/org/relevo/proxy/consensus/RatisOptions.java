package org.relevo.proxy.consensus;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.rpc.SupportedRpcType;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.relevo.proxy.cluster.MemberId;

/// Our settings in the library's terms. States and commands are small, so buffers are, too.
final class RatisOptions {
  private static final SizeInBytes BUFFER = SizeInBytes.valueOf("1MB");
  private static final SizeInBytes SEGMENT = SizeInBytes.valueOf("1MB");
  private static final SizeInBytes PREALLOCATED = SizeInBytes.valueOf("64KB");
  private static final Duration LEAST_PATIENCE = Duration.ofSeconds(3);

  /// A first request includes the handshake of its connection.
  private static final Duration LEAST_REQUEST = Duration.ofMillis(750);

  private static final int SNAPSHOT_EVERY = 1000;
  private static final int SNAPSHOTS_KEPT = 2;

  private RatisOptions() {}

  static RaftGroupId groupId(QuorumSettings settings) {
    byte[] name = ("relevo:" + settings.clusterName()).getBytes(StandardCharsets.UTF_8);
    return RaftGroupId.valueOf(UUID.nameUUIDFromBytes(name));
  }

  static RaftGroup group(QuorumSettings settings) {
    return RaftGroup.valueOf(groupId(settings), peers(settings.members()));
  }

  static List<RaftPeer> peers(List<QuorumMember> members) {
    return members.stream().map(RatisOptions::peer).toList();
  }

  static RaftPeerId peerId(MemberId id) {
    return RaftPeerId.valueOf(id.value());
  }

  static MemberId memberId(RaftPeerId id) {
    return new MemberId(id.toString());
  }

  private static RaftPeer peer(QuorumMember member) {
    return RaftPeer.newBuilder().setId(peerId(member.id())).setAddress(member.address()).build();
  }

  static RaftProperties properties(QuorumSettings settings) {
    RaftProperties properties = new RaftProperties();
    RaftConfigKeys.Rpc.setType(properties, SupportedRpcType.GRPC);
    if (!settings.listenHost().isEmpty()) {
      GrpcConfigKeys.Server.setHost(properties, settings.listenHost());
    }
    GrpcConfigKeys.Server.setPort(properties, settings.listenPort());
    GrpcConfigKeys.setMessageSizeMax(
        properties, SizeInBytes.valueOf(2L * StateCodec.MOST_STATE_BYTES));
    storage(properties, settings);
    times(properties, settings);
    return properties;
  }

  private static void storage(RaftProperties properties, QuorumSettings settings) {
    RaftServerConfigKeys.setStorageDir(properties, List.of(settings.directory().toFile()));
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SEGMENT);
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, PREALLOCATED);
    RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf("2MB"));
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
    // One that is behind gets the snapshot, so the log need not wait for it.
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, BUFFER);
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("16MB"));
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, SNAPSHOT_EVERY);
    RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, SNAPSHOTS_KEPT);
    RaftServerConfigKeys.Snapshot.setCreationGap(properties, 1);
  }

  private static void times(RaftProperties properties, QuorumSettings settings) {
    Duration least = settings.election();
    Duration most = least.multipliedBy(2);
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(least));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(most));
    Duration request = least.multipliedBy(3).dividedBy(2);
    RaftServerConfigKeys.Rpc.setRequestTimeout(
        properties, time(request.compareTo(LEAST_REQUEST) > 0 ? request : LEAST_REQUEST));
    RaftServerConfigKeys.Rpc.setSlownessTimeout(properties, time(least.multipliedBy(5)));
    // The library's own waits 5 s between heartbeats to one that was away for a while: longer than
    // that one's patience, so it would stand for election instead of following.
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(
        properties, "1ms,10, %dms,1000000000".formatted(Math.max(1, least.toMillis() / 10)));
    RaftServerConfigKeys.Notification.setNoLeaderTimeout(properties, time(most));
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    // Longer than a connection takes to come up between busy machines.
    Duration patience = least.multipliedBy(3);
    RaftClientConfigKeys.Rpc.setRequestTimeout(
        properties, time(patience.compareTo(LEAST_PATIENCE) > 0 ? patience : LEAST_PATIENCE));
  }

  static TimeDuration time(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }

  static Parameters parameters(QuorumSettings settings) {
    Parameters parameters = new Parameters();
    settings
        .tls()
        .ifPresent(tls ->
            GrpcConfigKeys.TLS.setConf(
                parameters,
                GrpcTlsConfig.newBuilder()
                    .setKeyManager(tls.identity())
                    .setTrustManager(tls.trust())
                    .setMutualTls(true)
                    .setSslProvider(SslProvider.JDK)
                    .build()));
    return parameters;
  }
}
