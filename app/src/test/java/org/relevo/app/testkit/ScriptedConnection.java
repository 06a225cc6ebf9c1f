package org.relevo.app.testkit;

import java.util.List;
import org.relevo.app.remote.ServiceConnection;
import org.relevo.jmx.contract.AdvisorMXBean;
import org.relevo.jmx.contract.AlertsMXBean;
import org.relevo.jmx.contract.BenchmarkMXBean;
import org.relevo.jmx.contract.CacheMXBean;
import org.relevo.jmx.contract.ClusterMXBean;
import org.relevo.jmx.contract.ClusterStatus;
import org.relevo.jmx.contract.ConfigMXBean;
import org.relevo.jmx.contract.ConsistencyMXBean;
import org.relevo.jmx.contract.ConsistencyReport;
import org.relevo.jmx.contract.ConsistencyState;
import org.relevo.jmx.contract.ControlMXBean;
import org.relevo.jmx.contract.EventRecord;
import org.relevo.jmx.contract.HostInfo;
import org.relevo.jmx.contract.HostMXBean;
import org.relevo.jmx.contract.HostSample;
import org.relevo.jmx.contract.LogPage;
import org.relevo.jmx.contract.LogSource;
import org.relevo.jmx.contract.LogsMXBean;
import org.relevo.jmx.contract.NodeInfo;
import org.relevo.jmx.contract.NodeMXBean;
import org.relevo.jmx.contract.NodeStatus;
import org.relevo.jmx.contract.PoolInfo;
import org.relevo.jmx.contract.PoolMXBean;
import org.relevo.jmx.contract.PoolSample;
import org.relevo.jmx.contract.PostgresMXBean;
import org.relevo.jmx.contract.PostgresSample;
import org.relevo.jmx.contract.ProcessesMXBean;
import org.relevo.jmx.contract.RecoveryMXBean;
import org.relevo.jmx.contract.Role;
import org.relevo.jmx.contract.RoutingMXBean;
import org.relevo.jmx.contract.SeriesMXBean;
import org.relevo.jmx.contract.ServiceAddressMXBean;
import org.relevo.jmx.contract.SessionsMXBean;
import org.relevo.jmx.contract.StatementsMXBean;

/// One user's connection to the scripted service.
///
/// Owner: any thread.
final class ScriptedConnection implements ServiceConnection {
  private final ScriptedService service;
  private final String address;
  private final String user;
  private final Role role;

  ScriptedConnection(ScriptedService service, String address, String user, Role role) {
    this.service = service;
    this.address = address;
    this.user = user;
    this.role = role;
  }

  @Override
  public ClusterMXBean cluster() {
    return new ClusterMXBean() {
      @Override
      public ClusterStatus getStatus() {
        return service.clusterStatus();
      }

      @Override
      public List<NodeInfo> getNodes() {
        return List.of(service.nodeInfo(0), service.nodeInfo(1));
      }

      @Override
      public String getCaller() {
        service.reachable();
        return user + " (" + role + ")";
      }

      @Override
      public List<EventRecord> eventsSince(long sequence) {
        return service.since(service.events, EventRecord::sequence, sequence);
      }
    };
  }

  @Override
  public NodeMXBean node(int id) {
    return () -> service.nodeInfo(id);
  }

  @Override
  public PostgresMXBean postgres(int id) {
    return new PostgresMXBean() {
      @Override
      public PostgresSample getLast() {
        service.reachable();
        return service.postgres.get(id).getLast();
      }

      @Override
      public String getProblem() {
        service.reachable();
        return service.status[id] == NodeStatus.DOWN ? "connection refused" : "";
      }

      @Override
      public List<PostgresSample> samplesSince(long sequence) {
        return service.since(service.postgres.get(id), PostgresSample::sequence, sequence);
      }
    };
  }

  @Override
  public PoolMXBean pool() {
    return new PoolMXBean() {
      @Override
      public PoolInfo getInfo() {
        service.reachable();
        PoolSample last =
            service.pool.isEmpty() ? ScriptedData.pool(0, 0, service.held) : service.pool.getLast();
        return new PoolInfo(
            last.clients(),
            last.waitingClients(),
            last.serverConnections(),
            918,
            2,
            1_098_311 + last.sequence() * 1800,
            452_000_000,
            1_052_000_000,
            1,
            service.sampledAtMs);
      }

      @Override
      public List<PoolSample> samplesSince(long sequence) {
        return service.since(service.pool, PoolSample::sequence, sequence);
      }
    };
  }

  @Override
  public HostMXBean host() {
    return new HostMXBean() {
      @Override
      public HostInfo getInfo() {
        service.reachable();
        return new HostInfo(
            "db-a", "Debian 13", "x86-64", 8, 16_000_000_000L, service.startedAtMs - 86_400_000);
      }

      @Override
      public HostSample getLast() {
        service.reachable();
        return service.host.getLast();
      }

      @Override
      public List<HostSample> samplesSince(long sequence) {
        return service.since(service.host, HostSample::sequence, sequence);
      }
    };
  }

  @Override
  public ConsistencyMXBean consistency() {
    return new ConsistencyMXBean() {
      @Override
      public ConsistencyReport getLastReport() {
        service.reachable();
        return service.report;
      }

      @Override
      public long check(String database) {
        service.reachable();
        operator();
        if (service.report.state() == ConsistencyState.RUNNING) {
          throw new IllegalStateException("a comparison is running");
        }
        service.report = service.report(service.report.id() + 1, ConsistencyState.RUNNING);
        return service.report.id();
      }
    };
  }

  @Override
  public ScriptedFailover.Bean failover() {
    return service
        .failover()
        .bean(
            () -> {
              service.reachable();
            },
            this::operator,
            user);
  }

  @Override
  public LogsMXBean logs() {
    return new LogsMXBean() {
      @Override
      public List<LogSource> getSources() {
        service.reachable();
        return List.of(
            new LogSource("relevo", "relevo", -1, "/var/log/relevo/relevo.log", 184_221),
            new LogSource("postgres-0", "postgres", 0, "/var/log/postgresql/pgsql1.log", 92_114),
            new LogSource("postgres-1", "postgres", 1, "/var/log/postgresql/pgsql2.log", 81_002));
      }

      @Override
      public LogPage tail(String sourceId, String cursor, int maxLines) {
        return service.logPage(sourceId, cursor, maxLines);
      }
    };
  }

  @Override
  public BenchmarkMXBean benchmark() {
    return new ScriptedBenchmark(service, this::operator);
  }

  @Override
  public AlertsMXBean alerts() {
    service.reachable();
    return service.management().alerts();
  }

  @Override
  public ConfigMXBean config() {
    service.reachable();
    return service.management().config();
  }

  @Override
  public ControlMXBean control() {
    service.reachable();
    return service.management().control();
  }

  @Override
  public RecoveryMXBean recovery() {
    service.reachable();
    return service.management().recovery();
  }

  @Override
  public AdvisorMXBean advisor() {
    return ScriptedManagement.absent(AdvisorMXBean.class);
  }

  @Override
  public CacheMXBean cache(int id) {
    return ScriptedManagement.absent(CacheMXBean.class);
  }

  @Override
  public ProcessesMXBean processes() {
    return ScriptedManagement.absent(ProcessesMXBean.class);
  }

  @Override
  public RoutingMXBean routing() {
    return ScriptedManagement.absent(RoutingMXBean.class);
  }

  @Override
  public SeriesMXBean postgresSeries(int id) {
    return new ScriptedSeries(service, ScriptedSeries.POSTGRES, id);
  }

  @Override
  public SeriesMXBean hostSeries() {
    return new ScriptedSeries(service, ScriptedSeries.HOST, 9);
  }

  @Override
  public ServiceAddressMXBean serviceAddress() {
    return ScriptedManagement.absent(ServiceAddressMXBean.class);
  }

  @Override
  public SessionsMXBean sessions(int id) {
    return ScriptedManagement.absent(SessionsMXBean.class);
  }

  @Override
  public StatementsMXBean statements() {
    return ScriptedManagement.absent(StatementsMXBean.class);
  }

  @Override
  public String address() {
    return address;
  }

  @Override
  public String user() {
    return user;
  }

  @Override
  public Role role() {
    return role;
  }

  @Override
  public void close() {}

  private void operator() {
    if (!role.includes(Role.OPERATOR)) {
      throw new SecurityException(user + " (" + role + ") may not call this: needs OPERATOR");
    }
  }
}
