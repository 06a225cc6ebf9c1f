/// The management vocabulary of Relevo and everything an agent needs: metrics, logs, benchmark,
/// connector server and client, and the control command.
module org.relevo.jmx {
  requires transitive java.management;
  requires java.management.rmi;
  requires java.naming;
  requires java.rmi;
  requires transitive java.sql;
  requires com.github.oshi;
  requires info.picocli;
  requires org.apache.commons.compress;
  requires static transitive org.jspecify;
  requires org.postgresql.jdbc;
  requires org.slf4j;
  requires org.tukaani.xz;
  requires tools.jackson.databind;

  exports org.relevo.jmx.advisor;
  exports org.relevo.jmx.benchmark;
  exports org.relevo.jmx.benchmark.wire to
      org.postgresql.jdbc;
  exports org.relevo.jmx.cache;
  exports org.relevo.jmx.client;
  exports org.relevo.jmx.contract;
  exports org.relevo.jmx.ctl;
  exports org.relevo.jmx.describe;
  exports org.relevo.jmx.history;
  exports org.relevo.jmx.host;
  exports org.relevo.jmx.logs;
  exports org.relevo.jmx.pgctl;
  exports org.relevo.jmx.postgres;
  exports org.relevo.jmx.processes;
  exports org.relevo.jmx.series;
  exports org.relevo.jmx.server;
  exports org.relevo.jmx.sessions;

  opens org.relevo.jmx.ctl to
      info.picocli;
}
