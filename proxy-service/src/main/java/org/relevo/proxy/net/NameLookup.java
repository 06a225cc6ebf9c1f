package org.relevo.proxy.net;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Looks host names up as the system does, on virtual threads: the system's look-up blocks, and an
/// event loop must not.
final class NameLookup extends AddressResolverGroup<InetSocketAddress> {
  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new Resolver(executor).asAddressResolver();
  }

  private static final class Resolver extends InetNameResolver {
    Resolver(EventExecutor executor) {
      super(executor);
    }

    @Override
    protected void doResolve(String host, Promise<InetAddress> promise) {
      Thread.ofVirtual()
          .name("lookup-" + host)
          .start(() -> {
            try {
              promise.trySuccess(InetAddress.getByName(host));
            } catch (UnknownHostException _) {
              promise.tryFailure(new UnknownHostException("unknown host '" + host + "'"));
            }
          });
    }

    @Override
    protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
      Thread.ofVirtual()
          .name("lookup-" + host)
          .start(() -> {
            try {
              promise.trySuccess(List.of(InetAddress.getAllByName(host)));
            } catch (UnknownHostException _) {
              promise.tryFailure(new UnknownHostException("unknown host '" + host + "'"));
            }
          });
    }
  }
}
