package org.relevo.app.view.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.relevo.app.model.Environment;
import org.relevo.app.remote.ConnectFailure;
import org.relevo.app.remote.ConnectRequest;
import org.relevo.app.remote.ConnectRequest.SshTunnel;
import org.relevo.app.remote.Session;
import org.relevo.app.settings.SecretStore;
import org.relevo.app.settings.SettingsFolder;
import org.relevo.app.settings.StoredConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The form, what is wrong with it, and the attempt in progress.
///
/// Owner: FX thread.
public final class ConnectViewModel {
  /// The fields of the form.
  public enum Field {
    HOST,
    PORT,
    USER,
    PASSWORD,
    CERTIFICATE,
    SSH_HOST,
    SSH_PORT,
    SSH_USER,
    SSH_PASSWORD,
    SSH_KEY
  }

  private static final Logger LOG = LoggerFactory.getLogger(ConnectViewModel.class);
  private static final String DEFAULT_PORT = "9899";
  private static final String DEFAULT_SSH_PORT = "22";

  private final Session session;
  private final SettingsFolder settings;
  private final ObjectProperty<Environment> present;
  private final Runnable onConnected;
  private final Map<Field, StringProperty> fields = new EnumMap<>(Field.class);
  private final Map<Field, ReadOnlyObjectWrapper<String>> messages = new EnumMap<>(Field.class);
  private final BooleanProperty tunnelled = new SimpleBooleanProperty();
  private final BooleanProperty remember = new SimpleBooleanProperty(true);
  private final ObjectProperty<Environment> environment =
      new SimpleObjectProperty<>(Environment.NONE);
  private final ReadOnlyBooleanWrapper connecting = new ReadOnlyBooleanWrapper();
  private final ReadOnlyObjectWrapper<@Nullable ConnectFailure> failure =
      new ReadOnlyObjectWrapper<>();
  private final ObservableList<StoredConnection> stored = FXCollections.observableArrayList();
  private Optional<String> pin = Optional.empty();
  private Optional<String> hostKey = Optional.empty();
  private boolean filling;

  /// @param present what the connected cluster is used for
  public ConnectViewModel(
      Session session,
      SettingsFolder settings,
      ObjectProperty<Environment> present,
      Runnable onConnected) {
    this.session = session;
    this.settings = settings;
    this.present = present;
    this.onConnected = onConnected;
    for (Field field : Field.values()) {
      fields.put(field, new SimpleStringProperty(""));
      messages.put(field, new ReadOnlyObjectWrapper<>(""));
    }
    field(Field.HOST).set("127.0.0.1");
    field(Field.PORT).set(DEFAULT_PORT);
    field(Field.USER).set("admin");
    field(Field.SSH_PORT).set(DEFAULT_SSH_PORT);
    field(Field.HOST).addListener((_, _, _) -> pin = Optional.empty());
    field(Field.PORT).addListener((_, _, _) -> pin = Optional.empty());
    field(Field.SSH_HOST).addListener((_, _, _) -> hostKey = Optional.empty());
    fields.forEach((f, property) -> property.addListener((_, _, _) -> message(f).set("")));
    environment.addListener((_, _, said) -> environmentSaid(said));
    stored.setAll(settings.settings().connections());
  }

  public StringProperty field(Field field) {
    StringProperty found = fields.get(field);
    if (found == null) {
      throw new IllegalStateException("no field " + field);
    }
    return found;
  }

  /// Text key of what to enter, "" when the field is right.
  public ReadOnlyObjectProperty<String> messageProperty(Field field) {
    return message(field).getReadOnlyProperty();
  }

  public BooleanProperty tunnelledProperty() {
    return tunnelled;
  }

  public BooleanProperty rememberProperty() {
    return remember;
  }

  /// What the cluster is used for. Of a connected one it counts, and is remembered, at once.
  public ObjectProperty<Environment> environmentProperty() {
    return environment;
  }

  public ReadOnlyBooleanProperty connectingProperty() {
    return connecting.getReadOnlyProperty();
  }

  /// Why the last attempt failed; null when it did not.
  public ReadOnlyObjectProperty<@Nullable ConnectFailure> failureProperty() {
    return failure.getReadOnlyProperty();
  }

  public ObservableList<StoredConnection> stored() {
    return stored;
  }

  /// Takes `HOST` or `HOST:PORT`, with brackets around an IPv6 address.
  public void address(String text) {
    int colon = text.lastIndexOf(':');
    boolean withPort = colon > 0 && (text.indexOf(':') == colon || text.charAt(colon - 1) == ']');
    String host = withPort ? text.substring(0, colon) : text;
    field(Field.HOST).set(host.replace("[", "").replace("]", ""));
    field(Field.PORT).set(withPort ? text.substring(colon + 1) : DEFAULT_PORT);
  }

  /// Fills the form from a stored connection.
  public void use(StoredConnection chosen) {
    SecretStore secrets = settings.secrets();
    field(Field.HOST).set(chosen.host());
    field(Field.PORT).set(Integer.toString(chosen.port()));
    field(Field.USER).set(chosen.user());
    field(Field.PASSWORD).set(secrets.open(chosen.name(), chosen.sealedPassword()).orElse(""));
    field(Field.CERTIFICATE).set(chosen.certificate());
    tunnelled.set(!chosen.sshHost().isEmpty());
    field(Field.SSH_HOST).set(chosen.sshHost());
    field(Field.SSH_PORT).set(Integer.toString(chosen.sshPort()));
    field(Field.SSH_USER).set(chosen.sshUser());
    field(Field.SSH_KEY).set(chosen.sshKeyFile());
    field(Field.SSH_PASSWORD)
        .set(secrets.open(chosen.name(), chosen.sealedSshPassword()).orElse(""));
    pin = chosen.pin().isEmpty() ? Optional.empty() : Optional.of(chosen.pin());
    fill(Environment.of(chosen.environment()));
    failure.set(null);
  }

  public void forget(StoredConnection chosen) {
    settings.change(s -> s.withoutConnection(chosen.name()));
    stored.setAll(settings.settings().connections());
  }

  /// Connects when the form is right, else says what is missing.
  public void connect() {
    if (!connecting.get() && valid()) {
      attempt(request());
    }
  }

  /// Connects at once, without the form.
  public void connect(ConnectRequest request) {
    field(Field.HOST).set(request.host());
    field(Field.PORT).set(Integer.toString(request.port()));
    field(Field.USER).set(request.user());
    field(Field.PASSWORD).set(request.password());
    field(Field.CERTIFICATE).set(request.certificate().map(Path::toString).orElse(""));
    remember.set(false);
    fill(remembered(request));
    attempt(request);
  }

  /// The person compared the fingerprint of the last failure and trusts it.
  public void accept() {
    ConnectFailure last = failure.get();
    if (last == null) {
      return;
    }
    switch (last.kind()) {
      case UNKNOWN_CERTIFICATE -> pin = Optional.of(last.fingerprint());
      case SSH_UNKNOWN_HOST_KEY -> hostKey = Optional.of(last.fingerprint());
      case UNKNOWN_HOST,
          REFUSED,
          TIMEOUT,
          CHANGED_CERTIFICATE,
          NOT_A_SERVICE,
          WRONG_CREDENTIALS,
          BAD_FILE,
          SSH_UNREACHABLE,
          SSH_AUTHENTICATION,
          SSH_CHANGED_HOST_KEY,
          OTHER -> {
        return;
      }
    }
    connect();
  }

  /// Gives up the attempt in progress.
  public void cancel() {
    if (connecting.get()) {
      session.disconnect();
      connecting.set(false);
    }
  }

  public void disconnect() {
    session.disconnect();
  }

  private void attempt(ConnectRequest request) {
    failure.set(null);
    connecting.set(true);
    session.connect(
        request,
        () -> {
          connecting.set(false);
          if (remember.get()) {
            store(request);
          }
          present.set(environment.get());
          onConnected.run();
        },
        reason -> {
          connecting.set(false);
          LOG.info(
              "connection.failed address={} kind={} detail=\"{}\"",
              reason.place(),
              reason.kind(),
              reason.detail());
          failure.set(reason);
        });
  }

  private void fill(Environment known) {
    filling = true;
    environment.set(known);
    filling = false;
  }

  private void environmentSaid(Environment said) {
    if (filling) {
      return;
    }
    session
        .request()
        .filter(request ->
            request.host().equals(text(Field.HOST)) && request.port() == port(Field.PORT))
        .ifPresent(request -> {
          settings.change(s -> s.withEnvironment(unsealed(request).name(), said.id()));
          stored.setAll(settings.settings().connections());
          present.set(said);
        });
  }

  private Environment remembered(ConnectRequest request) {
    String name = unsealed(request).name();
    return settings.settings().connections().stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .map(c -> Environment.of(c.environment()))
        .orElse(Environment.NONE);
  }

  private boolean valid() {
    need(Field.HOST, !text(Field.HOST).isEmpty(), "connect.need.host");
    need(Field.PORT, port(Field.PORT) > 0, "connect.need.port");
    need(Field.USER, !text(Field.USER).isEmpty(), "connect.need.user");
    need(Field.PASSWORD, !field(Field.PASSWORD).get().isEmpty(), "connect.need.password");
    needFile(Field.CERTIFICATE);
    boolean ssh = tunnelled.get();
    need(Field.SSH_HOST, !ssh || !text(Field.SSH_HOST).isEmpty(), "connect.need.host");
    need(Field.SSH_PORT, !ssh || port(Field.SSH_PORT) > 0, "connect.need.port");
    need(Field.SSH_USER, !ssh || !text(Field.SSH_USER).isEmpty(), "connect.need.user");
    boolean secret = !field(Field.SSH_PASSWORD).get().isEmpty() || !text(Field.SSH_KEY).isEmpty();
    need(Field.SSH_PASSWORD, !ssh || secret, "connect.need.ssh-secret");
    if (ssh) {
      needFile(Field.SSH_KEY);
    }
    return messages.values().stream().allMatch(m -> m.get().isEmpty());
  }

  private void needFile(Field field) {
    String name = text(field);
    need(field, name.isEmpty() || Files.isReadable(Path.of(name)), "connect.need.file");
  }

  private void need(Field field, boolean right, String key) {
    message(field).set(right ? "" : key);
  }

  private ConnectRequest request() {
    Optional<SshTunnel> tunnel =
        tunnelled.get()
            ? Optional.of(
                new SshTunnel(
                    text(Field.SSH_HOST),
                    port(Field.SSH_PORT),
                    text(Field.SSH_USER),
                    field(Field.SSH_PASSWORD).get(),
                    path(Field.SSH_KEY),
                    hostKey))
            : Optional.empty();
    return new ConnectRequest(
        text(Field.HOST),
        port(Field.PORT),
        text(Field.USER),
        field(Field.PASSWORD).get(),
        path(Field.CERTIFICATE),
        pin,
        tunnel);
  }

  private void store(ConnectRequest request) {
    SecretStore secrets = settings.secrets();
    try {
      StoredConnection open = unsealed(request);
      String sshSecret = request.tunnel().map(SshTunnel::password).orElse("");
      StoredConnection sealed =
          open.withSecrets(
              secrets.seal(open.name(), request.password()),
              sshSecret.isEmpty() ? "" : secrets.seal(open.name(), sshSecret));
      settings.change(s -> s.withConnection(sealed));
      stored.setAll(settings.settings().connections());
    } catch (IOException e) {
      LOG.warn("connection.unstored address={} reason=\"{}\"", request.address(), e.toString());
    }
  }

  private StoredConnection unsealed(ConnectRequest request) {
    Optional<SshTunnel> ssh = request.tunnel();
    return new StoredConnection(
        request.host(),
        request.port(),
        request.user(),
        "",
        text(Field.CERTIFICATE),
        request.pin().orElse(""),
        ssh.map(SshTunnel::host).orElse(""),
        ssh.map(SshTunnel::port).orElse(22),
        ssh.map(SshTunnel::user).orElse(""),
        ssh.flatMap(SshTunnel::keyFile).map(Path::toString).orElse(""),
        "",
        environment.get().id());
  }

  private Optional<Path> path(Field field) {
    String name = text(field);
    return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
  }

  private String text(Field field) {
    return field(field).get().strip();
  }

  /// 0 when it is not a port.
  private int port(Field field) {
    String text = text(field);
    if (!text.matches("\\d{1,5}")) {
      return 0;
    }
    int port = Integer.parseInt(text);
    return port <= 65_535 ? port : 0;
  }

  private ReadOnlyObjectWrapper<String> message(Field field) {
    ReadOnlyObjectWrapper<String> found = messages.get(field);
    if (found == null) {
      throw new IllegalStateException("no field " + field);
    }
    return found;
  }

  /// For tests: all messages that stand now.
  List<String> standing() {
    return messages.values().stream()
        .map(ReadOnlyObjectWrapper::get)
        .filter(m -> !m.isEmpty())
        .toList();
  }
}
