package org.relevo.proxy.core;

/// The SQLSTATE codes that the service itself gives to clients (PostgreSQL manual, appendix A).
public enum SqlState {
  CONNECTION_FAILURE("08006"),
  TRANSACTION_RESOLUTION_UNKNOWN("08007"),
  PROTOCOL_VIOLATION("08P01"),
  FEATURE_NOT_SUPPORTED("0A000"),
  INVALID_PARAMETER_VALUE("22023"),
  INVALID_AUTHORIZATION_SPECIFICATION("28000"),
  INVALID_PASSWORD("28P01"),
  SERIALIZATION_FAILURE("40001"),
  TOO_MANY_CONNECTIONS("53300"),
  ADMIN_SHUTDOWN("57P01"),
  CANNOT_CONNECT_NOW("57P03");

  private final String code;

  SqlState(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }
}
