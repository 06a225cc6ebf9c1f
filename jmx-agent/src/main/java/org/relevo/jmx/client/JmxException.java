package org.relevo.jmx.client;

import org.jspecify.annotations.Nullable;

/// Why connecting or a call failed. Unchecked, because the contract's interfaces declare nothing.
///
/// What an MBean itself refuses comes as the contract says: `IllegalArgumentException` or
/// `IllegalStateException` with the service's text.
public abstract sealed class JmxException extends RuntimeException
    permits AuthenticationFailedException,
        CallTimeoutException,
        ConnectionLostException,
        MissingMBeanException,
        NotTlsException,
        RoleDeniedException,
        UnknownCertificateException,
        UnreachableException {
  private static final long serialVersionUID = 1L;

  JmxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
