package org.relevo.app.remote;

import java.util.Optional;
import org.relevo.jmx.client.JmxConnection;
import org.relevo.jmx.contract.AdvisorMXBean;
import org.relevo.jmx.contract.AlertsMXBean;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.CacheMXBean;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ConfigMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.FailoverMXBean;
import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.LogsMXBean;
import org.relevo.jmx.contract.NodeMXBean;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PostgresMXBean;
import org.relevo.jmx.contract.ProcessesMXBean;
import org.relevo.jmx.contract.RecoveryMXBean;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.RoutingMXBean;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.ServiceAddressMXBean;
import org.relevo.jmx.contract.SessionsMXBean;
import org.relevo.jmx.contract.StatementsMXBean;

/// An open JMX connection with the tunnel under it.
///
/// Owner: any thread; calls block.
final class JmxServiceConnection implements ServiceConnection {
  private final JmxConnection connection;
  private final ConnectRequest request;
  private final Optional<SshTunnels.OpenTunnel> tunnel;
  private final Role role;

  JmxServiceConnection(
      JmxConnection connection,
      ConnectRequest request,
      Optional<SshTunnels.OpenTunnel> tunnel,
      Role role) {
    this.connection = connection;
    this.request = request;
    this.tunnel = tunnel;
    this.role = role;
  }

  @Override
  public ClusterMXBean cluster() {
    return connection.cluster();
  }

  @Override
  public NodeMXBean node(int id) {
    return connection.node(id);
  }

  @Override
  public PostgresMXBean postgres(int id) {
    return connection.postgres(id);
  }

  @Override
  public PoolMXBean pool() {
    return connection.pool();
  }

  @Override
  public HostMXBean host() {
    return connection.host();
  }

  @Override
  public ConsistencyMXBean consistency() {
    return connection.consistency();
  }

  @Override
  public FailoverMXBean failover() {
    return connection.failover();
  }

  @Override
  public LogsMXBean logs() {
    return connection.logs();
  }

  @Override
  public BenchmarkMXBean benchmark() {
    return connection.benchmark();
  }

  @Override
  public AlertsMXBean alerts() {
    return connection.alerts();
  }

  @Override
  public AdvisorMXBean advisor() {
    return connection.advisor();
  }

  @Override
  public CacheMXBean cache(int id) {
    return connection.cache(id);
  }

  @Override
  public ConfigMXBean config() {
    return connection.config();
  }

  @Override
  public ControlMXBean control() {
    return connection.control();
  }

  @Override
  public ProcessesMXBean processes() {
    return connection.processes();
  }

  @Override
  public RecoveryMXBean recovery() {
    return connection.recovery();
  }

  @Override
  public RoutingMXBean routing() {
    return connection.routing();
  }

  @Override
  public SeriesMXBean postgresSeries(int id) {
    return connection.postgresSeries(id);
  }

  @Override
  public SeriesMXBean hostSeries() {
    return connection.hostSeries();
  }

  @Override
  public ServiceAddressMXBean serviceAddress() {
    return connection.serviceAddress();
  }

  @Override
  public SessionsMXBean sessions(int id) {
    return connection.sessions(id);
  }

  @Override
  public StatementsMXBean statements() {
    return connection.statements();
  }

  @Override
  public String address() {
    return request.address();
  }

  @Override
  public String user() {
    return request.user();
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public void close() {
    connection.close();
    tunnel.ifPresent(SshTunnels.OpenTunnel::close);
  }
}
