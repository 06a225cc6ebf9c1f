package org.relevo.proxy.session;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.relevo.proxy.server.Note;
import org.relevo.proxy.server.Tenant;

/// What the server of one lease says: the relay's, while the lease is the current one. A parked
/// connection has nothing to say but its end.
///
/// Owner: event loop of the session.
final class Holder implements Tenant {
  private final Leases leases;
  private final Lease lease;

  Holder(Leases leases, Lease lease) {
    this.leases = leases;
    this.lease = lease;
  }

  Session session() {
    return leases.session();
  }

  private boolean current() {
    return leases.current() == lease;
  }

  private Relay relay() {
    return leases.session().relay();
  }

  @Override
  public void fromServer(ByteBuf in) {
    if (current()) {
      relay().toClient(in);
    } else {
      in.release();
    }
  }

  @Override
  public void errorFromServer(ByteBuf frame, @Nullable Note note) {
    boolean unseen = relay().unseen(lease, frame);
    if (current() && !unseen) {
      relay().errorFromServer(frame, note);
    } else {
      frame.release();
    }
  }

  @Override
  public void spared(byte kind) {
    RouteDesk routes = session().routes();
    if (routes != null) {
      routes.second().spared();
    }
    relay().output().spared(kind);
  }

  @Override
  public void reported(String name) {
    if (current()) {
      relay().reported(name);
    }
  }

  @Override
  public void ready(byte status) {
    relay().ready(status);
  }

  @Override
  public void serverReadComplete() {
    if (current()) {
      relay().serverReadComplete();
    }
  }

  @Override
  public void serverWritabilityChanged() {
    relay().adjustReading();
  }

  @Override
  public void serverLost(String why) {
    if (current()) {
      relay().serverLost(why);
    } else {
      leases.parkedLost(lease);
    }
  }
}
