package org.relevo.proxy.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.relevo.jmx.pgctl.ServerAccount;
import org.relevo.proxy.auth.AuthSettings;
import org.relevo.proxy.auth.AuthTools;
import org.relevo.proxy.auth.Authentications;
import org.relevo.proxy.auth.Credentials;
import org.relevo.proxy.auth.ServerFacts;
import org.relevo.proxy.auth.ServerLogin;
import org.relevo.proxy.auth.ServerLogins;
import org.relevo.proxy.auth.hba.HbaRules;
import org.relevo.proxy.auth.hba.IdentMap;
import org.relevo.proxy.auth.stored.AuthQuery;
import org.relevo.proxy.auth.stored.CachedRoles;
import org.relevo.proxy.auth.stored.PoolPasswd;
import org.relevo.proxy.auth.stored.StoredPassword;
import org.relevo.proxy.config.Secret;
import org.relevo.proxy.config.SslMode;
import org.relevo.proxy.config.TlsSettings;
import org.relevo.proxy.config.TlsVersion;
import org.relevo.proxy.core.BackendId;
import org.relevo.proxy.health.NodeSettings;
import org.relevo.proxy.session.SessionSettings;
import org.relevo.proxy.testkit.FixedViews;
import org.relevo.proxy.testkit.Pki;
import org.relevo.proxy.testkit.RealServer;
import org.relevo.proxy.testkit.TestAccess;
import org.relevo.proxy.tls.ClientTls;
import org.relevo.proxy.tls.Secured;
import org.relevo.proxy.tls.ServerTls;
import org.relevo.proxy.wire.ByteString;

/// A real server with `ssl = on` that refuses plain connections, an authority for all, and proxies
/// before it that verify the server in full. Roles: `anna` by SCRAM, `mia` by md5, `clara` by clear
/// text, `clarissa` with a certificate on top, `empty` without password.
final class TlsLab implements AutoCloseable {
  static final String PASSWORD = "péncil'";
  private static final Path PSQL =
      Path.of(System.getProperty("relevo.test.tools.bindir", "/usr/lib/postgresql/15/bin"), "psql");
  private static final String QUERY =
      "SELECT rolname, rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1";
  private static final String MAP = "people  \"Anna Person\"  anna\n";

  private final Path folder;
  private final RealServer server;
  private final FixedViews views;
  private final AuthQuery catalog;
  private final AuthTools tools;
  private final ServerLogins logins;
  private final TlsSettings settings;
  private final List<String> mechanisms = new CopyOnWriteArrayList<>();
  private final List<Secured> secured = new CopyOnWriteArrayList<>();
  private volatile boolean forged;

  private TlsLab(Path folder, RealServer server) {
    this.folder = folder;
    this.server = server;
    views = new FixedViews(server.port());
    NodeSettings node =
        new NodeSettings(
            new BackendId(0),
            "node0",
            "127.0.0.1",
            server.port(),
            Optional.empty(),
            Optional.empty(),
            "postgres",
            "postgres",
            () -> RealServer.PASSWORD);
    catalog = new AuthQuery(views, List.of(node), QUERY);
    tools = AuthTools.of(new CachedRoles(catalog, Duration.ofSeconds(10)));
    logins = new ServerLogins(tools.computing(), () -> false);
    TlsSettings.Trust trust =
        new TlsSettings.Trust(
            Optional.of(folder.resolve("ca.crt")), Optional.empty(), Optional.empty());
    settings =
        new TlsSettings(
            true,
            Optional.of(
                new TlsSettings.Pair(folder.resolve("proxy.crt"), folder.resolve("proxy.key"))),
            trust,
            "HIGH:!aNULL",
            true,
            "X25519:prime256v1",
            TlsVersion.V1_2,
            TlsVersion.V1_3,
            "",
            List.of(
                new TlsSettings.Server(
                    new BackendId(0), SslMode.VERIFY_FULL, trust, Optional.empty())));
  }

  static TlsLab start(Path folder) throws Exception {
    Pki authority = new Pki("authority");
    authority.writeAuthority(folder.resolve("ca.crt"));
    Pki.Issued proxy = authority.issue("proxy", "127.0.0.1");
    proxy.writeCertificate(folder.resolve("proxy.crt"));
    proxy.writeKey(folder.resolve("proxy.key"));
    new Pki("strange").writeAuthority(folder.resolve("strange.crt"));
    writeClient(folder, "anna", authority.issue("anna", null));
    writeClient(folder, "person", authority.issue("Anna Person", null));
    writeClient(folder, "stranger", new Pki("strange").issue("anna", null));
    RealServer server = RealServer.start(folder.resolve("pg"));
    encrypt(server, authority);
    return new TlsLab(folder, server);
  }

  /// The driver reads keys in DER, libpq in PEM.
  private static void writeClient(Path folder, String name, Pki.Issued issued) throws IOException {
    issued.writeCertificate(folder.resolve(name + ".crt"));
    issued.writeKey(folder.resolve(name + ".key"));
    Files.write(folder.resolve(name + ".der"), issued.keys().getPrivate().getEncoded());
  }

  private static void encrypt(RealServer server, Pki authority) throws Exception {
    Path data = Path.of(server.query("SHOW data_directory"));
    Pki.Issued issued = authority.issue("server", "127.0.0.1");
    ServerAccount owner = ServerAccount.ownerOf(data);
    owner.own(issued.writeCertificate(data.resolve("server.crt")));
    owner.own(issued.writeKey(data.resolve("server.key")));
    owner.own(authority.writeAuthority(data.resolve("ca.crt")));
    Files.writeString(
        data.resolve("pg_hba.conf"),
        """
        host    all       postgres  127.0.0.1/32  scram-sha-256
        hostssl d_cert    all       127.0.0.1/32  cert
        hostssl d_map     all       127.0.0.1/32  cert map=people
        hostssl d_verify  all       127.0.0.1/32  scram-sha-256 clientcert=verify-full
        hostssl all,replication clarissa 127.0.0.1/32 scram-sha-256 clientcert=verify-ca
        hostssl all       clara     127.0.0.1/32  password
        hostssl all       mia       127.0.0.1/32  md5
        hostssl all       all       127.0.0.1/32  scram-sha-256
        """);
    Files.writeString(data.resolve("pg_ident.conf"), MAP);
    String quoted = "'" + PASSWORD.replace("'", "''") + "'";
    server.sql(
        "CREATE ROLE anna LOGIN PASSWORD " + quoted,
        "CREATE ROLE clarissa LOGIN REPLICATION PASSWORD " + quoted,
        "CREATE ROLE clara LOGIN PASSWORD " + quoted,
        "CREATE ROLE empty LOGIN",
        "SET password_encryption = 'md5'",
        "CREATE ROLE mia LOGIN PASSWORD " + quoted,
        "ALTER SYSTEM SET ssl_ca_file = 'ca.crt'",
        "ALTER SYSTEM SET ssl = on",
        "SELECT pg_reload_conf()");
  }

  /// @param rules of pool_hba.conf
  ProxyServer proxy(String rules) throws Exception {
    mechanisms.clear();
    Path hba = Files.writeString(folder.resolve("pool_hba.conf"), rules);
    Path maps = Files.writeString(folder.resolve("pg_ident.conf"), MAP);
    // With rules for certificates the password for the server comes from here.
    PoolPasswd listed =
        rules.contains(" cert")
            ? new PoolPasswd(Map.of("anna", new StoredPassword.Plain(new Secret(PASSWORD))))
            : PoolPasswd.NONE;
    AuthSettings wanted =
        new AuthSettings(Optional.of(HbaRules.read(hba)), IdentMap.read(maps), listed, false);
    Duration wait = Duration.ofSeconds(10);
    ServerTls servers = ServerTls.of(settings);
    return ProxyServer.start(
        TestAccess.settings(0, 2, new SessionSettings(50, wait, wait, wait, false)),
        views,
        new Access(
            Authentications.of(wanted, tools),
            this::login,
            (node, channel) ->
                servers
                    .prepare(node.id(), node.host(), node.port(), channel)
                    .addListener(done -> {
                      if (done.isSuccess()) {
                        secured.add((Secured) done.getNow());
                      }
                    }),
            ClientTls.of(settings)));
  }

  private ServerLogin login(Credentials credentials, ServerFacts facts, ServerLogin.Peer peer) {
    Optional<ByteString> endPoint =
        forged ? Optional.of(ByteString.copyOf(new byte[32])) : facts.endPoint();
    return logins.begin(
        credentials,
        new ServerFacts(facts.user(), facts.confidential(), endPoint),
        new Listening(peer));
  }

  /// Notes the SASL mechanisms that are chosen towards the server.
  private final class Listening implements ServerLogin.Peer {
    private final ServerLogin.Peer peer;

    Listening(ServerLogin.Peer peer) {
      this.peer = peer;
    }

    @Override
    public Executor loop() {
      return peer.loop();
    }

    @Override
    public ByteBufAllocator alloc() {
      return peer.alloc();
    }

    @Override
    public void send(ByteBuf messages) {
      String text = messages.toString(StandardCharsets.ISO_8859_1);
      int at = text.indexOf("SCRAM-");
      if (at >= 0) {
        mechanisms.add(text.substring(at, text.indexOf('\0', at)));
      }
      peer.send(messages);
    }

    @Override
    public void authenticated() {
      peer.authenticated();
    }

    @Override
    public void failed(String reason) {
      peer.failed(reason);
    }
  }

  /// SASL mechanisms towards the server since the last proxy was started.
  List<String> mechanisms() {
    return mechanisms;
  }

  /// What connections to the server became, cancel requests included.
  List<Secured> secured() {
    return secured;
  }

  /// From now on as if the server had shown another certificate.
  void forgeEndPoint(boolean on) {
    forged = on;
  }

  int serverPort() {
    return server.port();
  }

  boolean running(String part) throws SQLException {
    return !server
        .query(
            "SELECT 1 FROM pg_stat_activity WHERE state = 'active'"
                + " AND pid <> pg_backend_pid() AND query LIKE '%"
                + part
                + "%'")
        .isEmpty();
  }

  String file(String name) {
    return folder.resolve(name).toString();
  }

  String directUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database;
  }

  /// Properties of the driver; a certificate that is not there is none.
  Map<String, String> showing(String name) {
    String shown = name.isEmpty() ? "none" : name;
    return Map.of("sslcert", file(shown + ".crt"), "sslkey", file(shown + ".der"));
  }

  static boolean psqlIsThere() {
    return Files.isExecutable(PSQL);
  }

  /// @return exit code, then role and whether the server saw TLS, or the complaint
  String psql(ProxyServer proxy, String role, String options) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            PSQL.toString(),
            "-XAt",
            "-d",
            "host=127.0.0.1 port=%d user=%s dbname=postgres %s"
                .formatted(proxy.address().getPort(), role, options),
            "-c",
            "SELECT current_user, ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    builder.environment().put("PGPASSWORD", PASSWORD);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + said.strip();
  }

  @Override
  public void close() throws IOException {
    tools.close();
    catalog.close();
    server.close();
  }
}
