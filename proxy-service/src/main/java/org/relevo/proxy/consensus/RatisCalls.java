package org.relevo.proxy.consensus;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.client.RaftClientRpc;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.GrpcUtil;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupInfoReply;
import org.apache.ratis.protocol.GroupInfoRequest;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.jspecify.annotations.Nullable;

/// Requests to any member, this one included. Those that wait say so and are for virtual threads.
///
/// Owner: any thread; the library guards it.
final class RatisCalls implements AutoCloseable {
  private final ClientId client = ClientId.randomId();
  private final RaftServer server;
  private final RaftGroupId group;
  private final RaftClientRpc rpc;

  RatisCalls(RaftServer server, RaftGroup group, RaftProperties properties, Parameters parameters) {
    this.server = server;
    this.group = group.getGroupId();
    this.rpc = new GrpcFactory(parameters).newRaftClientRpc(client, properties);
    rpc.addRaftPeers(group.getPeers());
  }

  void know(Collection<RaftPeer> peers) {
    rpc.addRaftPeers(peers);
  }

  boolean isSelf(RaftPeerId id) {
    return id.equals(server.getId());
  }

  static long nextCallId() {
    return CallId.getAndIncrement();
  }

  /// @param callId the same for each attempt of one command, so that it is applied once
  CompletableFuture<RaftClientReply> propose(RaftPeerId leader, long callId, byte[] command) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setLeaderId(leader)
            .setGroupId(group)
            .setCallId(callId)
            .setType(RaftClientRequest.writeRequestType())
            .setMessage(Message.valueOf(UnsafeByteOperations.unsafeWrap(command)))
            .build();
    if (!isSelf(leader)) {
      return rpc.sendRequestAsyncUnordered(request);
    }
    try {
      return server.submitClientRequestAsync(request);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// After a failure: the next request opens a new connection.
  void reconnect(RaftPeerId peer, Throwable cause) {
    if (!isSelf(peer)) {
      rpc.handleException(peer, cause, true);
    }
  }

  /// Waits. What a member says of the group. Also this one is asked over the network: whoever
  /// listens at its address answers, which is another process when two run as the same member.
  ///
  /// @throws GroupMismatchException when it has none
  GroupInfoReply groupInfo(RaftPeerId peer) throws IOException {
    try {
      return (GroupInfoReply) send(new GroupInfoRequest(client, peer, group, nextCallId()));
    } catch (IOException e) {
      if (!(e instanceof GroupMismatchException)) {
        rpc.handleException(peer, e, true);
      }
      throw e;
    }
  }

  /// Waits. Begins to take part in the group here.
  void addGroup(RaftGroup peers) throws IOException {
    check(
        server.groupManagement(
            GroupManagementRequest.newAdd(client, server.getId(), nextCallId(), peers, false)));
  }

  /// Waits.
  ///
  /// @param expected who must vote now; null when that does not matter
  void setMembers(RaftPeerId leader, List<RaftPeer> peers, @Nullable List<RaftPeer> expected)
      throws IOException {
    SetConfigurationRequest.Arguments.Builder arguments =
        SetConfigurationRequest.Arguments.newBuilder().setServersInNewConf(peers);
    if (expected != null) {
      arguments
          .setServersInCurrentConf(expected)
          .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET);
    }
    set(leader, arguments.build());
  }

  /// Waits. The member must run with an empty group.
  void addMember(RaftPeerId leader, RaftPeer peer) throws IOException {
    set(
        leader,
        SetConfigurationRequest.Arguments.newBuilder()
            .setServersInNewConf(List.of(peer))
            .setMode(SetConfigurationRequest.Mode.ADD)
            .build());
  }

  private void set(RaftPeerId leader, SetConfigurationRequest.Arguments arguments)
      throws IOException {
    SetConfigurationRequest request =
        new SetConfigurationRequest(client, leader, group, nextCallId(), arguments);
    check(isSelf(leader) ? server.setConfiguration(request) : send(request));
  }

  /// Waits.
  ///
  /// @param to null for whoever is elected
  void transfer(RaftPeerId leader, @Nullable RaftPeerId to, long timeoutMs) throws IOException {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(client, leader, group, nextCallId(), to, timeoutMs);
    check(isSelf(leader) ? server.transferLeadership(request) : send(request));
  }

  private RaftClientReply send(RaftClientRequest request) throws IOException {
    try {
      return rpc.sendRequest(request);
    } catch (RuntimeException e) {
      // What the transport throws for a peer that cannot be reached.
      throw GrpcUtil.unwrapIOException(e);
    }
  }

  private static void check(RaftClientReply reply) throws IOException {
    if (reply.getException() != null) {
      throw reply.getException();
    } else if (!reply.isSuccess()) {
      throw new IOException(reply.toString());
    }
  }

  @Override
  public void close() throws IOException {
    rpc.close();
  }
}
