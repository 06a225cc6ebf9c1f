package org.relevo.proxy.resource;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.relevo.proxy.netlink.RouteNetlink;
import org.relevo.proxy.resource.spec.ResourceSpec;

/// An address as a resource. Owner: its group's thread.
final class OwnAddress implements Resource {
  private final ResourceSpec.Address spec;
  private final AddressKeeper keeper;
  private final Supplier<Permit> permit;
  private final Supplier<ClientList> clients;
  private final AtomicLong conflicts = new AtomicLong();

  /// @param clients of former holders, known once the address is taken
  OwnAddress(
      ResourceSpec.Address spec,
      AddressKeeper keeper,
      Supplier<Permit> permit,
      Supplier<ClientList> clients) {
    this.spec = spec;
    this.keeper = keeper;
    this.permit = permit;
    this.clients = clients;
  }

  ResourceSpec.Address spec() {
    return spec;
  }

  /// Somebody else says that the address is theirs.
  void contested() {
    conflicts.incrementAndGet();
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public void start(BooleanSupplier still) throws IOException {
    keeper.take(this, permit);
    clients.get().resetOthers(spec.address());
  }

  @Override
  public void stop() throws IOException {
    clients.get().resetOwn(spec.address());
    keeper.drop(this);
  }

  @Override
  public String monitor() {
    try {
      if (!keeper.has(this) || keeper.here(spec.address()).isEmpty()) {
        return "it is not there";
      }
      return keeper.carries(Interfaces.of(spec).index()) ? "" : "its interface has no carrier";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public String possible() {
    try {
      Interfaces.Device device = Interfaces.of(spec);
      List<RouteNetlink.Held> here = keeper.here(spec.address());
      if (here.stream().anyMatch(RouteNetlink.Held::permanent)) {
        return name() + " belongs to this machine for good: the system has configured it";
      }
      return keeper.carries(device.index()) ? "" : device.name() + " has no carrier";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Override
  public void clean() throws IOException {
    keeper.clean(this);
  }

  @Override
  public long conflicts() {
    return conflicts.get();
  }

  @Override
  public String toString() {
    return name();
  }
}
