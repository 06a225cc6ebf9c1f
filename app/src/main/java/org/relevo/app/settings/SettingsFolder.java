package org.relevo.app.settings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The folder `relevo` in the person's configuration folder. A missing or broken settings file
/// means default settings; a broken one is kept beside the new one.
///
/// Owner: any thread, behind its own lock.
public final class SettingsFolder {
  private static final Logger LOG = LoggerFactory.getLogger(SettingsFolder.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final SecretStore secrets;
  private AppSettings settings;

  public SettingsFolder(Path folder) {
    this.folder = folder;
    secrets = new SecretStore(folder.resolve("secrets.key"));
    settings = read(folder.resolve("desktop.json"));
  }

  /// `$XDG_CONFIG_HOME/relevo`, else `~/.config/relevo`.
  public static Path place(Map<String, String> environment, Path home) {
    String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
    Path base = configured.startsWith("/") ? Path.of(configured) : home.resolve(".config");
    return base.resolve("relevo");
  }

  public synchronized AppSettings settings() {
    return settings;
  }

  /// Changes and stores; what cannot be stored still holds until the end of the program.
  public synchronized void change(UnaryOperator<AppSettings> edit) {
    AppSettings newer = edit.apply(settings);
    if (newer.equals(settings)) {
      return;
    }
    settings = newer;
    Path file = folder.resolve("desktop.json");
    try {
      PrivateFile.write(file, write(newer).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.warn("settings.unsaved file={} reason=\"{}\"", file, e.toString());
    }
  }

  public SecretStore secrets() {
    return secrets;
  }

  /// Recordings are proposed to go there; made when it is not there.
  public Path recordings() throws IOException {
    Path place = folder.resolve("recordings");
    PrivateFile.folder(place.resolve("x"));
    return place;
  }

  public Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  private static AppSettings read(Path file) {
    if (!Files.exists(file)) {
      return AppSettings.DEFAULT;
    }
    try {
      JsonNode root = JSON.readTree(Files.readString(file));
      List<StoredConnection> connections = new ArrayList<>();
      for (JsonNode c : root.path("connections")) {
        connections.add(
            new StoredConnection(
                text(c, "host"),
                c.path("port").asInt(0),
                text(c, "user"),
                text(c, "password"),
                text(c, "certificate"),
                text(c, "pin"),
                text(c, "sshHost"),
                c.path("sshPort").asInt(22),
                text(c, "sshUser"),
                text(c, "sshKeyFile"),
                text(c, "sshPassword"),
                text(c, "environment")));
      }
      return new AppSettings(
          text(root, "language"),
          text(root, "theme"),
          root.path("width").asInt(AppSettings.DEFAULT.width()),
          root.path("height").asInt(AppSettings.DEFAULT.height()),
          root.path("scale").asInt(AppSettings.DEFAULT.scale()),
          connections.stream().limit(AppSettings.MAX_CONNECTIONS).toList());
    } catch (IOException | JacksonException e) {
      LOG.warn("settings.unreadable file={} reason=\"{}\"", file, e.getMessage());
      keepBroken(file);
      return AppSettings.DEFAULT;
    }
  }

  private static void keepBroken(Path file) {
    Path aside = file.resolveSibling(file.getFileName() + ".broken");
    try {
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.warn("settings.broken.kept.not file={} reason=\"{}\"", file, e.toString());
    }
  }

  private static String text(JsonNode node, String key) {
    return node.path(key).asString("");
  }

  private static String write(AppSettings settings) {
    ObjectNode root = JSON.createObjectNode();
    root.put("language", settings.language());
    root.put("theme", settings.theme());
    root.put("width", settings.width());
    root.put("height", settings.height());
    root.put("scale", settings.scale());
    ArrayNode list = root.putArray("connections");
    for (StoredConnection c : settings.connections()) {
      ObjectNode one = list.addObject();
      one.put("host", c.host());
      one.put("port", c.port());
      one.put("user", c.user());
      one.put("password", c.sealedPassword());
      one.put("certificate", c.certificate());
      one.put("pin", c.pin());
      one.put("sshHost", c.sshHost());
      one.put("sshPort", c.sshPort());
      one.put("sshUser", c.sshUser());
      one.put("sshKeyFile", c.sshKeyFile());
      one.put("sshPassword", c.sealedSshPassword());
      one.put("environment", c.environment());
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
  }
}
