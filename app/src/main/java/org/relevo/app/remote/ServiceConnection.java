package org.relevo.app.remote;

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

/// An open connection to one service. Getting a bean is cheap; every call on a bean blocks, so
/// beans are called inside [org.relevo.app.task.Tasks] only.
public interface ServiceConnection extends AutoCloseable {
  ClusterMXBean cluster();

  NodeMXBean node(int id);

  PostgresMXBean postgres(int id);

  PoolMXBean pool();

  HostMXBean host();

  ConsistencyMXBean consistency();

  FailoverMXBean failover();

  LogsMXBean logs();

  BenchmarkMXBean benchmark();

  AlertsMXBean alerts();

  AdvisorMXBean advisor();

  CacheMXBean cache(int id);

  ConfigMXBean config();

  /// Only services that control their servers have it.
  ControlMXBean control();

  ProcessesMXBean processes();

  RecoveryMXBean recovery();

  RoutingMXBean routing();

  SeriesMXBean postgresSeries(int id);

  /// Of the machine under the service.
  SeriesMXBean hostSeries();

  /// Only services with a service address have it.
  ServiceAddressMXBean serviceAddress();

  SessionsMXBean sessions(int id);

  StatementsMXBean statements();

  /// `host:port` as the person gave it.
  String address();

  String user();

  /// What this user may do; learned once when connecting.
  Role role();

  /// Never throws; a broken connection is dropped.
  @Override
  void close();
}
