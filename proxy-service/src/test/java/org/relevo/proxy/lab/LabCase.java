package org.relevo.proxy.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scenarios that share one cluster, each begun with a calm one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class LabCase {
  private static final Logger LOG = LoggerFactory.getLogger(LabCase.class);

  private @Nullable ClusterLab started;

  /// Keeps all logs when a scenario fails.
  @RegisterExtension
  final AfterTestExecutionCallback keeper =
      context -> {
        if (context.getExecutionException().isPresent()) {
          keep(getClass().getSimpleName() + "." + context.getRequiredTestMethod().getName());
        }
      };

  abstract LabPlan plan();

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    assumeTrue(LabNetwork.available(), "needs root and network namespaces");
    started = ClusterLab.start(folder, plan());
  }

  @AfterAll
  void stop() throws IOException {
    if (started != null) {
      started.close();
    }
  }

  ClusterLab lab() {
    return java.util.Objects.requireNonNull(started);
  }

  LabMember member(String name) {
    return lab().member(name);
  }

  private void keep(String scenario) throws IOException {
    Path to = Path.of("target", "lab", scenario).toAbsolutePath();
    lab().keepLogs(to);
    LOG.error("lab: {} failed, logs are in {}; it stood so: {}", scenario, to, lab().told());
  }
}
