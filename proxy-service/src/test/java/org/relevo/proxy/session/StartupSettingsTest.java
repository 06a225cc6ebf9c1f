package org.relevo.proxy.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.relevo.proxy.wire.ByteString;
import org.relevo.proxy.wire.StartupRequest;
import org.relevo.proxy.wire.WireException;

class StartupSettingsTest {
  @Test
  void whatIsNoSettingIsLeftOut() {
    Map<String, String> settings =
        settings(
            Map.of(
                "user", "ana",
                "database", "app",
                "replication", "off",
                "_pq_.feature", "on",
                "Application_Name", "test"));
    assertThat(settings).containsOnly(Map.entry("application_name", "test"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-c work_mem=1MB | 1MB",
        "-cwork_mem=1MB | 1MB",
        "--work_mem=1MB | 1MB",
        "--Work-Mem=1MB | 1MB",
        "--work-mem=a=b | a=b",
        "-c work_mem=1MB -c work_mem=2MB | 2MB",
        "-c work_mem=a\\ b | a b",
        "-c work_mem=a\\\\b | a\\b",
        "-c work_mem=a\\ | a\\",
        "--work_mem= | ''"
      })
  void optionsAreReadAsTheServerReadsThem(String options, String value) {
    assertThat(options(options)).containsOnly(Map.entry("work_mem", value));
  }

  @Test
  void blanksOfAnyKindDivideOptions() {
    assertThat(options(" \t-c\na=1\r\n --b=2\u000b\f "))
        .containsOnly(Map.entry("a", "1"), Map.entry("b", "2"));
    assertThat(options("   ")).isEmpty();
  }

  @Test
  void aParameterOfItsOwnOverridesOptions() {
    assertThat(settings(Map.of("options", "-c work_mem=1MB --a.b=c", "work_mem", "2MB")))
        .containsOnly(Map.entry("work_mem", "2MB"), Map.entry("a.b", "c"));
  }

  @Test
  void valuesAreBytes() {
    assertThat(settings(Map.of("options", "--a=ö", "b", "ü")))
        .containsOnly(Map.entry("a", "Ã¶"), Map.entry("b", "Ã¼"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-c", "-d 5", "work_mem=1", "--", "-", "-e", "-c work_mem", "--=1", "-c=1"})
  void whatIsNoSettingIsRefused(String options) {
    assertThatThrownBy(() -> options(options)).isInstanceOf(WireException.class);
  }

  private static Map<String, String> options(String options) {
    return settings(Map.of("options", options));
  }

  private static Map<String, String> settings(Map<String, String> parameters) {
    Map<String, String> all = new HashMap<>(Map.of("user", "ana"));
    all.putAll(parameters);
    return StartupSettings.of(new StartupRequest.Startup(0, all, ByteString.copyOf(new byte[0])))
        .values();
  }
}
