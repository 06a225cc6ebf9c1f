package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// The service is there but does not have the MBean.
public final class MissingMBeanException extends JmxException {
  private static final long serialVersionUID = 1L;

  public MissingMBeanException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
